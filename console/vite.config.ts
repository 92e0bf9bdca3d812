import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { licences } from './tools/licences'

// `npm run dev` shows the console of a centre that runs elsewhere: TRUCELINE_DESK names its desk.
const desk = process.env.TRUCELINE_DESK ?? 'http://127.0.0.1:8800'

export default defineConfig({
  plugins: [svelte(), licences()],
  build: {
    outDir: '../src/truceline/desk/static',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // the content security policy allows no data: addresses for scripts and styles
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200, // the map engine is one lazy chunk
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/api': desk,
      '/schema': desk,
      '/live': { target: desk, ws: true },
    },
  },
  test: { include: ['tests/**/*.test.ts'], environment: 'node' },
})
