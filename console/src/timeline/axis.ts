/** The time axis: where instants stand, and which of them carry a figure. */

import type { Stretch } from '../api/client'
import { DAY, HOUR, MINUTE } from '../draw/time'

export interface Axis {
  start: number
  end: number
  width: number
}

export function xOf(axis: Axis, ms: number): number {
  return ((ms - axis.start) / Math.max(1, axis.end - axis.start)) * axis.width
}

export function msAt(axis: Axis, x: number): number {
  return axis.start + (Math.min(axis.width, Math.max(0, x)) / Math.max(1, axis.width)) * (axis.end - axis.start)
}

const STEPS = [5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY]
const LEAST_PX = 64

/** Ticks on whole steps of UTC, none nearer than 64 px to the next. */
export function ticks(axis: Axis): number[] {
  const span = axis.end - axis.start
  const step = STEPS.find((one) => (one / span) * axis.width >= LEAST_PX) ?? 7 * DAY
  const first = Math.ceil(axis.start / step) * step
  const found: number[] = []
  for (let at = first; at <= axis.end; at += step) found.push(at)
  return found
}

export interface Gap extends Stretch {
  row: string
}

/** The gap to jump to from an instant: the next one that begins later, or the last that begins earlier. */
export function jump(gaps: readonly Gap[], from: number, by: 1 | -1): Gap | null {
  const sorted = [...gaps].sort((a, b) => a.start_ms - b.start_ms || (a.row < b.row ? -1 : 1))
  return (by > 0 ? sorted.find((gap) => gap.start_ms > from) : sorted.findLast((gap) => gap.start_ms < from)) ?? null
}

/** What a row held at an instant. */
export function at<T extends { start_ms: number; end_ms: number }>(stretches: readonly T[], ms: number): T | null {
  return stretches.find((one) => one.start_ms <= ms && ms < one.end_ms) ?? null
}
