/** The map's colours, read from the design tokens of the theme on screen. */

const NAMES = [
  'bg-0', 'bg-1', 'ink-1', 'ink-2', 'ink-3', 'ink-inv', 'x', 'cov-3', 'cov-4', 'cov-none', 'cov-hatch',
  'v-compliant', 'v-compliant-fill', 'v-compliant-on', 'v-violated', 'v-violated-fill', 'v-violated-on',
  'v-unverified', 'v-unverified-fill', 'v-unverified-wash', 'line-1', 'line-2', 'line-3',
  'map-land', 'map-out', 'map-water', 'map-border', 'map-grey', 'map-grey-hatch', 'map-halo', 'map-label', 'track', 'track-2', 'area',
  'font-sans', 'font-mono',
] as const

export type Ink = Record<(typeof NAMES)[number], string>

export function inks(): Ink {
  const style = getComputedStyle(document.documentElement)
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Ink
}

/** A square tile that repeats into 45 degree lines `pitch` pixels apart. */
export function hatchTile(ground: string, line: string, pitch: number, stroke: number, ratio = 1): HTMLCanvasElement {
  const side = Math.round(pitch * Math.SQRT2 * ratio)
  const tile = document.createElement('canvas')
  tile.width = tile.height = side
  const pen = tile.getContext('2d')
  if (!pen) return tile
  pen.fillStyle = ground
  pen.fillRect(0, 0, side, side)
  pen.strokeStyle = line
  pen.lineWidth = stroke * ratio
  pen.beginPath()
  for (const shift of [-side, 0, side]) {
    pen.moveTo(shift - side, side * 2)
    pen.lineTo(shift + side * 2, -side)
  }
  pen.stroke()
  return tile
}
