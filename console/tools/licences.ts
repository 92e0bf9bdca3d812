/** Writes the licences of all packages that travel in the build into assets/licences.txt. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const PACKAGE = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//
const LICENCE = /^(licen[cs]e|notice|copying)(\.(md|txt))?$/i

export function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle() {
      const folders = new Set<string>()
      for (const id of this.getModuleIds()) {
        const found = PACKAGE.exec(id)
        if (found?.[1]) folders.add(found[1])
      }
      const texts = [...folders].sort().map((folder) => describe(folder.replace(/^\0+/, '')))
      this.emitFile({ type: 'asset', fileName: 'assets/licences.txt', source: texts.join(`\n${'-'.repeat(80)}\n\n`) })
    },
  }
}

function describe(folder: string): string {
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string; license?: string }
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => LICENCE.test(name)) : []
  const bodies = files.map((name) => readFileSync(join(folder, name), 'utf8').trim())
  return `${about.name} ${about.version} (${about.license ?? 'see below'})\n\n${bodies.join('\n\n')}\n`
}
