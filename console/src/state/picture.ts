/** The moving picture: what is on the map now, kept outside the reactive state because it changes four times a second. */

import type { Live, Track } from '../api/client'

export interface Shown {
  track: Track
  trail: [number, number][]
}

const TRAIL_POINTS = 60
/** A step shorter than this is the noise of one report, not a way gone. */
const TRAIL_STEP_DEG = 0.0004

export class Picture {
  readonly shown = new Map<string, Shown>()
  at_ms = 0
  private readonly listeners = new Set<() => void>()

  /** Calls back after every change; returns how to stop. */
  watch(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Takes a batch of the live line. */
  take(message: Live): void {
    this.at_ms = message.now_ms
    if (message.whole) {
      const alive = new Set(message.tracks.map((track) => track.id))
      for (const [id, { track }] of this.shown) if (message.lanes.includes(track.lane) && !alive.has(id)) this.shown.delete(id)
    }
    for (const track of message.tracks) this.put(track)
    for (const id of message.ended) this.shown.delete(id)
    if (message.whole || message.tracks.length || message.ended.length) this.tell()
  }

  /** Shows the picture of another instant, with its trails. */
  show(tracks: readonly Track[], at_ms: number): void {
    this.shown.clear()
    this.at_ms = at_ms
    for (const track of tracks) this.shown.set(track.id, { track, trail: [...(track.trail as [number, number][])] })
    this.tell()
  }

  /** Puts the past of tracks that are shown already; a live trail is never replaced by a shorter one. */
  seed(tracks: readonly Track[]): void {
    for (const track of tracks) {
      const held = this.shown.get(track.id)
      if (held && held.trail.length < track.trail.length) held.trail = [...(track.trail as [number, number][])]
      else if (!held) this.shown.set(track.id, { track, trail: [...(track.trail as [number, number][])] })
    }
    this.tell()
  }

  private put(track: Track): void {
    const held = this.shown.get(track.id)
    if (!held) {
      this.shown.set(track.id, { track, trail: [] })
      return
    }
    const from: [number, number] = [held.track.lon, held.track.lat]
    const last = held.trail.at(-1)
    const apart = !last || Math.hypot(from[0] - last[0], from[1] - last[1]) > TRAIL_STEP_DEG
    if (apart && track.at_ms > held.track.at_ms && (track.lon !== from[0] || track.lat !== from[1])) {
      held.trail.push(from)
      if (held.trail.length > TRAIL_POINTS) held.trail.splice(0, held.trail.length - TRAIL_POINTS)
    }
    held.track = track
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }
}

/** The 95th percentile of the last values, null when there are none. */
export function p95(values: readonly number[]): number | null {
  if (!values.length) return null
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? null
}
