/** The timeline's drawing: one canvas, patterns and colours from the tokens. No line ever runs across a gap. */

import type { Timeline } from '../api/client'
import type { Ink } from '../map/tokens'
import { hatchTile } from '../map/tokens'
import { type Axis, ticks, xOf } from './axis'

export const AXIS_H = 20
export const SHARE_H = 38
export const ROW_H = 13
const INSET = 1

export interface Look {
  ink: Ink
  ratio: number
  now: number
  shown: number | null
  hover: number | null
  drag: [number, number] | null
  words: (reason: string) => string
  required: string
}

/** Upper edges of the rows: the share first, then clauses, then sources. */
export function rowTops(timeline: Timeline): number[] {
  const count = timeline.clauses.length + timeline.sources.length
  return [AXIS_H, ...Array.from({ length: count }, (_, i) => AXIS_H + SHARE_H + 6 + i * ROW_H)]
}

export function heightOf(timeline: Timeline): number {
  return AXIS_H + SHARE_H + 6 + (timeline.clauses.length + timeline.sources.length) * ROW_H + 4
}

/** Draws a timeline; times after `now` are future and stay empty. */
export function paint(pen: CanvasRenderingContext2D, timeline: Timeline, axis: Axis, look: Look): void {
  const height = heightOf(timeline)
  const hatch = pattern(pen, look.ink['cov-none'], look.ink['cov-hatch'], 4, 1.1, look.ratio)
  const stripe = pattern(pen, look.ink['v-unverified-wash'], look.ink['v-unverified-fill'], 4, 1.5, look.ratio)
  pen.clearRect(0, 0, axis.width, height)
  const now = Math.min(axis.width, Math.max(0, xOf(axis, look.now)))
  pen.fillStyle = look.ink['bg-0']
  pen.fillRect(now, AXIS_H, axis.width - now, height - AXIS_H)
  grid(pen, axis, look, height)
  // What was found about time to come is not drawn: the clock may stand before the last thing known.
  pen.save()
  pen.beginPath()
  pen.rect(0, 0, now, height)
  pen.clip()
  share(pen, timeline, axis, look, hatch)
  const tops = rowTops(timeline).slice(1)
  timeline.clauses.forEach((clause, i) => verdicts(pen, clause.spans, axis, look, tops[i] ?? 0, stripe))
  timeline.sources.forEach((source, i) => watched(pen, source, axis, look, tops[timeline.clauses.length + i] ?? 0, hatch))
  pen.restore()
  minimum(pen, timeline, axis, look)
  cursors(pen, axis, look, height)
}

function pattern(pen: CanvasRenderingContext2D, ground: string, line: string, pitch: number, stroke: number, ratio: number): CanvasPattern | string {
  const made = pen.createPattern(hatchTile(ground, line, pitch, stroke, ratio), 'repeat')
  made?.setTransform(new DOMMatrix().scale(1 / ratio))
  return made ?? ground
}

function grid(pen: CanvasRenderingContext2D, axis: Axis, look: Look, height: number): void {
  pen.font = `500 11px ${look.ink['font-sans']}`
  pen.textBaseline = 'middle'
  pen.textAlign = 'center'
  const flag = xOf(axis, look.shown ?? look.now)
  for (const at of ticks(axis)) {
    const x = Math.round(xOf(axis, at)) + 0.5
    pen.strokeStyle = look.ink['line-1']
    pen.lineWidth = 1
    line(pen, x, AXIS_H, x, height)
    if (Math.abs(x - flag) < 50 || x < 14 || x > axis.width - 14) continue
    pen.fillStyle = look.ink['ink-3']
    pen.fillText(new Date(at).toISOString().slice(11, 16), x, AXIS_H / 2)
  }
}

function share(pen: CanvasRenderingContext2D, timeline: Timeline, axis: Axis, look: Look, hatch: CanvasPattern | string): void {
  const points = timeline.share
  const base = AXIS_H + SHARE_H
  const y = (value: number): number => base - value * (SHARE_H - 4)
  const end = Math.min(axis.width, xOf(axis, look.now))
  if (points.length) {
    pen.fillStyle = hatch
    const from = Math.max(0, xOf(axis, points[0]?.at_ms ?? axis.start))
    pen.fillRect(from, AXIS_H + 4, Math.max(0, end - from), SHARE_H - 4)
    pen.fillStyle = look.ink['cov-3']
    points.forEach((point, i) => {
      const left = Math.max(0, xOf(axis, point.at_ms))
      const right = Math.min(end, xOf(axis, points[i + 1]?.at_ms ?? timeline.end_ms))
      if (right > left && point.detection > 0) pen.fillRect(left, y(point.detection), right - left + 0.4, base - y(point.detection))
    })
  }
}

function minimum(pen: CanvasRenderingContext2D, timeline: Timeline, axis: Axis, look: Look): void {
  const y = (value: number): number => AXIS_H + SHARE_H - value * (SHARE_H - 4)
  const end = Math.min(axis.width, xOf(axis, look.now))
  if (timeline.required !== null) {
    pen.strokeStyle = look.ink['ink-1']
    pen.setLineDash([3, 3])
    line(pen, 0, y(timeline.required), axis.width, y(timeline.required))
    pen.setLineDash([])
    if (axis.width - end > 150) {
      pen.textAlign = 'left'
      pen.fillStyle = look.ink['ink-2']
      pen.font = `500 11px ${look.ink['font-sans']}`
      pen.fillText(look.required, end + 8, y(timeline.required) + 9)
    }
  }
}

function verdicts(pen: CanvasRenderingContext2D, spans: Timeline['clauses'][number]['spans'], axis: Axis, look: Look, top: number, stripe: CanvasPattern | string): void {
  const { ink } = look
  pen.strokeStyle = ink['line-2']
  line(pen, 0, top + ROW_H / 2, axis.width, top + ROW_H / 2)
  for (const span of spans) {
    const left = Math.max(-2, xOf(axis, span.start_ms))
    const wide = Math.max(2, Math.min(axis.width + 2, xOf(axis, span.end_ms)) - left)
    if (left > axis.width || left + wide < 0) continue
    if (span.verdict === 'compliant') box(pen, left, top + 5, wide, ROW_H - 10, ink['v-compliant-fill'], '')
    else if (span.verdict === 'violated') {
      box(pen, left, top + 0.5, Math.max(wide, 11), ROW_H - 1, ink['v-violated-fill'], ink['v-violated'])
      pen.fillStyle = ink['v-violated-on']
      pen.font = `700 10px ${ink['font-sans']}`
      pen.textAlign = 'center'
      pen.fillText('!', left + Math.max(wide, 11) / 2, top + ROW_H / 2 + 0.5)
    } else box(pen, left, top + 2.5, wide, ROW_H - 5, stripe, ink['v-unverified'])
  }
}

function watched(pen: CanvasRenderingContext2D, source: Timeline['sources'][number], axis: Axis, look: Look, top: number, hatch: CanvasPattern | string): void {
  const { ink } = look
  for (const stretch of source.watched) {
    const left = Math.max(0, xOf(axis, stretch.start_ms))
    const right = Math.min(axis.width, xOf(axis, stretch.end_ms))
    if (right > left) box(pen, left, top + INSET + 1, Math.max(1.5, right - left), ROW_H - 2 * INSET - 2, ink['cov-4'], stretch.word === 'degraded' ? ink['ink-2'] : '')
  }
  pen.font = `500 11px ${ink['font-sans']}`
  pen.textAlign = 'center'
  for (const gap of source.gaps) {
    const left = Math.max(0, xOf(axis, gap.start_ms))
    const right = Math.min(axis.width, xOf(axis, gap.end_ms))
    if (right <= left) continue
    pen.fillStyle = hatch
    pen.fillRect(left, top + 0.5, right - left, ROW_H - 1)
    const text = look.words(gap.word)
    const wide = pen.measureText(text).width + 10
    if (wide > right - left - 12) continue
    const middle = (left + right) / 2
    pen.fillStyle = ink['bg-1']
    pen.fillRect(middle - wide / 2, top + 0.5, wide, ROW_H - 1)
    pen.fillStyle = ink['ink-1']
    pen.fillText(text, middle, top + ROW_H / 2)
  }
}

function cursors(pen: CanvasRenderingContext2D, axis: Axis, look: Look, height: number): void {
  const { ink } = look
  if (look.drag) {
    const [a, b] = look.drag.map((ms) => xOf(axis, ms)) as [number, number]
    pen.globalAlpha = 0.18
    pen.fillStyle = ink['ink-1']
    pen.fillRect(Math.min(a, b), AXIS_H, Math.abs(b - a), height - AXIS_H)
    pen.globalAlpha = 1
  }
  if (look.hover !== null) {
    pen.strokeStyle = ink['ink-2']
    pen.setLineDash([2, 3])
    line(pen, xOf(axis, look.hover), AXIS_H, xOf(axis, look.hover), height)
    pen.setLineDash([])
  }
  const at = look.shown ?? look.now
  if (at < axis.start || at > axis.end) return
  const x = xOf(axis, at)
  pen.strokeStyle = ink['ink-1']
  pen.lineWidth = 1.5
  line(pen, x, AXIS_H, x, height)
  pen.lineWidth = 1
  const flag = Math.min(axis.width - 23, Math.max(23, x))
  pen.fillStyle = ink['ink-1']
  pen.beginPath()
  pen.roundRect(flag - 22, 2, 44, 16, 2)
  pen.fill()
  pen.fillStyle = ink['ink-inv']
  pen.font = `600 11px ${ink['font-sans']}`
  pen.textAlign = 'center'
  pen.fillText(new Date(at).toISOString().slice(11, 16), flag, 10.5)
}

function line(pen: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  pen.beginPath()
  pen.moveTo(x1, y1)
  pen.lineTo(x2, y2)
  pen.stroke()
}

function box(pen: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, fill: string | CanvasPattern, edge: string): void {
  pen.fillStyle = fill
  pen.fillRect(x, y, width, height)
  if (!edge) return
  pen.strokeStyle = edge
  pen.lineWidth = 1
  pen.strokeRect(x + 0.5, y + 0.5, Math.max(0, width - 1), height - 1)
}
