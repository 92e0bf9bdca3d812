/** What the overlay draws above the ground, and how it finds it again under a finger. */

import type { Agreement, Source } from '../api/client'
import type { Verdict } from '../draw/glyphs'
import type { Shown } from '../state/picture'
import type { Box } from './declutter'

export interface AreaMark {
  id: string
  name: string
  lon: number
  lat: number
  verdict: Verdict | null
}

export interface Scene {
  shown: Iterable<Shown>
  sources: readonly (Source & { words: string })[]
  areas: readonly AreaMark[]
  places: Agreement['places']
  selected: ReadonlySet<string>
  /** Word of the watermark; empty when everything is live. */
  watermark: string
  language: string
  layers: Readonly<Record<string, boolean>>
  now_ms: number
  /** Words of a track's label: class, and what is weaker than it. */
  trackWords: (shown: Shown) => [string, string]
  /** Boxes of the furniture above the map, in its pixels: no label hides under them. */
  furniture: readonly Box[]
  /** A place somebody asked about. */
  asked: [number, number] | null
}

/** Something that can be pointed at. */
export interface Spot {
  key: string
  x: number
  y: number
  radius: number
}

/** Middle of a ring's box at its upper edge: where an area's name stands. */
export function nameplace(rings: readonly (readonly (readonly number[])[])[]): [number, number] {
  let best: readonly number[] = [0, -90]
  for (const point of rings.flat()) if ((point[1] ?? -90) > (best[1] ?? -90)) best = point
  return [best[0] ?? 0, best[1] ?? 0]
}

export function nearest(spots: readonly Spot[], x: number, y: number, slack = 8): Spot | null {
  let found: Spot | null = null
  let least = Infinity
  for (const spot of spots) {
    const away = Math.hypot(spot.x - x, spot.y - y)
    if (away <= spot.radius + slack && away < least) {
      found = spot
      least = away
    }
  }
  return found
}
