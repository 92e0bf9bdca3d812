/** What a track's label says: who and what, then how high and how fast. */

import type { Track } from '../api/client'
import { named, w } from '../words/words.svelte'

export function className(track: Track): string {
  return track.object_class ? named('class', track.object_class) : w('class.unknown')
}

export function height(metres: number | null | undefined): string {
  return metres === null || metres === undefined ? '' : `${Math.round(metres / 10) * 10} m`
}

export function speed(mps: number | null | undefined): string {
  return mps === null || mps === undefined ? '' : `${Math.round(mps * 3.6)} km/h`
}

export function labelOf(track: Track): [string, string] {
  const strong = track.lane === 'events' || track.address ? track.name : `${track.name} ${track.object_class ? className(track) : ''}`.trim()
  const state = track.state === 'coasting' ? w('state.coasting') : ''
  return [strong, [height(track.height_m), speed(track.speed_mps), state].filter(Boolean).join(' ')]
}
