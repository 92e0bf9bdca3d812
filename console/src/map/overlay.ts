/** The marks: sensors, places, areas' names, tracks with trails and labels, drawn on one canvas in step with the map. */

import { BODY, DART, SIGN, sourceSign, SQUARE, STAR, TOKEN } from '../draw/glyphs'
import type { Shown } from '../state/picture'
import { declutter, type Label } from './declutter'
import type { AreaMark, Scene, Spot } from './scene'
import type { Ink } from './tokens'

export interface Eye {
  width: number
  height: number
  project(lon: number, lat: number): { x: number; y: number }
  zoom: number
  /** Pixels of a metre at a latitude. */
  metre(lat: number): number
}

const AHEAD_S = 60
/** From this zoom on every site has its name. */
const SITE_NAMES_ZOOM = 9
const OLDEST_TRAIL = 0.15
const paths = new Map<string, Path2D>()

function path(data: string): Path2D {
  let held = paths.get(data)
  if (!held) paths.set(data, (held = new Path2D(data)))
  return held
}

interface Words extends Label {
  lines: { text: string; font: string; colour: string }[]
  glyph?: AreaMark['verdict']
}

/** Draws a scene; returns what can be pointed at. */
export function draw(pen: CanvasRenderingContext2D, eye: Eye, scene: Scene, ink: Ink): Spot[] {
  const brush = new Brush(pen, eye, scene, ink)
  brush.paint()
  return brush.spots
}

class Brush {
  readonly spots: Spot[] = []
  private readonly labels: Words[] = []
  private readonly on: (layer: string) => boolean

  constructor(
    private readonly pen: CanvasRenderingContext2D,
    private readonly eye: Eye,
    private readonly scene: Scene,
    private readonly ink: Ink,
  ) {
    this.on = (layer) => scene.layers[layer] ?? true
  }

  paint(): void {
    this.pen.clearRect(0, 0, this.eye.width, this.eye.height)
    if (this.scene.watermark) this.watermark()
    if (this.on('range')) this.ranges()
    if (this.on('places')) this.places()
    if (this.on('sensors')) this.sensors()
    for (const area of this.scene.areas) this.area(area)
    if (this.on('tracks')) this.tracks()
    this.asked()
    if (this.on('labels')) this.words()
  }

  private font(weight: number, size: number, mono = false): string {
    return `${weight} ${size}px ${mono ? this.ink['font-mono'] : this.ink['font-sans']}`
  }

  private seen(x: number, y: number, slack = 40): boolean {
    return x > -slack && y > -slack && x < this.eye.width + slack && y < this.eye.height + slack
  }

  private watermark(): void {
    const { pen, eye, ink } = this
    pen.save()
    pen.globalAlpha = 0.13
    pen.fillStyle = ink.x
    pen.font = this.font(700, 44)
    pen.textAlign = 'center'
    const letters = [...this.scene.watermark].join('\u200a ')
    for (let y = 90; y < eye.height + 120; y += 260) {
      for (let x = 170 + ((y * 7) % 190); x < eye.width + 160; x += 460) {
        pen.save()
        pen.translate(x, y)
        pen.rotate(-0.42)
        pen.fillText(letters, 0, 0)
        pen.restore()
      }
    }
    pen.restore()
  }

  private ranges(): void {
    const { pen, eye, ink } = this
    pen.save()
    pen.strokeStyle = ink['map-label']
    pen.globalAlpha = 0.55
    pen.setLineDash([1, 5])
    for (const source of this.scene.sources) {
      if (source.lon === null || source.lat === null || source.range_m <= 0 || source.state === 'off') continue
      const at = eye.project(source.lon, source.lat)
      pen.beginPath()
      pen.arc(at.x, at.y, source.range_m * eye.metre(source.lat), 0, Math.PI * 2)
      pen.stroke()
    }
    pen.restore()
  }

  private places(): void {
    const { pen, ink } = this
    for (const place of this.scene.places) {
      const at = this.eye.project(place.lon, place.lat)
      if (!this.seen(at.x, at.y)) continue
      pen.beginPath()
      pen.arc(at.x, at.y, 2.4, 0, Math.PI * 2)
      pen.fillStyle = ink['map-halo']
      pen.fill()
      pen.strokeStyle = ink['map-label']
      pen.lineWidth = 1.2
      pen.stroke()
      if (!place.principal && this.eye.zoom < SITE_NAMES_ZOOM) continue
      const text = place.name[this.scene.language] ?? place.name['en'] ?? place.id
      this.label(`place:${place.id}`, at.x, at.y, 4, 10, [{ text, font: this.font(500, 11), colour: ink['map-label'] }])
    }
  }

  private sensors(): void {
    const { pen, ink } = this
    for (const source of this.scene.sources) {
      if (source.lon === null || source.lat === null) continue
      const at = this.eye.project(source.lon, source.lat)
      if (!this.seen(at.x, at.y)) continue
      pen.save()
      pen.translate(at.x, at.y)
      pen.lineJoin = pen.lineCap = 'round'
      const sign = path(sourceSign(source.means))
      pen.strokeStyle = ink['map-halo']
      pen.lineWidth = 4
      pen.stroke(sign)
      pen.strokeStyle = source.state === 'up' ? ink.track : ink['track-2']
      pen.lineWidth = 1.5
      pen.stroke(sign)
      if (source.state === 'up') {
        pen.globalAlpha = 0.25
        pen.fillStyle = ink.track
        pen.fill(sign)
      }
      if (source.state === 'off') this.struck()
      pen.restore()
      const key = `source:${source.name}`
      this.spots.push({ key, x: at.x, y: at.y, radius: 9 })
      if (this.scene.selected.has(key)) this.brackets(at.x, at.y, 13)
      this.label(key, at.x, at.y, 10, this.scene.selected.has(key) ? 90 : 30, [{ text: source.words, font: this.font(600, 11), colour: ink.area }])
    }
  }

  private struck(): void {
    const { pen, ink } = this
    for (const [colour, width] of [[ink['map-halo'], 4.5], [ink.track, 1.8]] as const) {
      pen.strokeStyle = colour
      pen.lineWidth = width
      pen.beginPath()
      pen.moveTo(-8, 8)
      pen.lineTo(8, -8)
      pen.stroke()
    }
  }

  private area(area: AreaMark): void {
    const at = this.eye.project(area.lon, area.lat)
    if (!this.seen(at.x, at.y, 120)) return
    const { ink } = this
    const key = `area:${area.id}`
    const rank = this.scene.selected.has(key) ? 85 : area.verdict === 'violated' ? 80 : 60
    this.labels.push({
      id: key, x: at.x, y: at.y - 9, radius: 2, rank, glyph: area.verdict, near: true,
      width: this.measure(area.name, this.font(600, 11)) + 20, height: 17,
      lines: [{ text: area.name, font: this.font(600, 11), colour: ink.area }],
    })
  }

  private tracks(): void {
    for (const shown of this.scene.shown) {
      const { track } = shown
      const at = this.eye.project(track.lon, track.lat)
      if (this.seen(at.x, at.y)) this.track(shown, at)
    }
  }

  private track(shown: Shown, at: { x: number; y: number }): void {
    const { pen, ink, eye } = this
    const { track } = shown
    const key = `track:${track.id}`
    const selected = this.scene.selected.has(key)
    const metre = eye.metre(track.lat)
    this.trail(shown)
    if (track.ellipse && (selected || track.lane === 'events' || track.ellipse.major_m * metre > 8)) this.ellipse(shown, at, metre)
    if (track.lane === 'air' && track.speed_mps !== null && track.course_deg !== null) {
      const way = track.speed_mps * AHEAD_S * metre
      const course = (track.course_deg * Math.PI) / 180
      pen.beginPath()
      pen.moveTo(at.x, at.y)
      pen.lineTo(at.x + way * Math.sin(course), at.y - way * Math.cos(course))
      pen.strokeStyle = ink.track
      pen.lineWidth = 1.2
      pen.stroke()
    }
    this.symbol(shown, at)
    if (track.cited.length) this.ring(at, 12)
    if (selected) this.brackets(at.x, at.y, 15)
    this.spots.push({ key, x: at.x, y: at.y, radius: 8 })
    const [strong, weak] = this.scene.trackWords(shown)
    const lane = track.lane === 'air' ? 40 : track.lane === 'events' ? 35 : 20
    const lines = [{ text: strong, font: this.font(500, 11, true), colour: ink.track }]
    if (weak) lines.push({ text: weak, font: this.font(500, 11, true), colour: ink['track-2'] })
    this.label(key, at.x, at.y, 9, selected ? 100 : track.cited.length ? 95 : lane, lines, selected)
  }

  private trail(shown: Shown): void {
    const { pen, ink } = this
    const { trail } = shown
    pen.fillStyle = ink['track-2']
    trail.forEach((point, i) => {
      const at = this.eye.project(point[0], point[1])
      if (!this.seen(at.x, at.y, 4)) return
      pen.globalAlpha = OLDEST_TRAIL + (0.75 - OLDEST_TRAIL) * ((i + 1) / trail.length)
      pen.fillRect(at.x - 1.2, at.y - 1.2, 2.4, 2.4)
    })
    pen.globalAlpha = 1
  }

  private ellipse(shown: Shown, at: { x: number; y: number }, metre: number): void {
    const { pen, ink } = this
    const ellipse = shown.track.ellipse
    if (!ellipse) return
    pen.beginPath()
    const turn = (ellipse.bearing_deg * Math.PI) / 180 - Math.PI / 2
    pen.ellipse(at.x, at.y, Math.max(2, ellipse.major_m * metre), Math.max(2, ellipse.minor_m * metre), turn, 0, Math.PI * 2)
    pen.strokeStyle = ink.track
    pen.lineWidth = 1
    pen.setLineDash([3, 2.5])
    pen.stroke()
    pen.setLineDash([])
  }

  private symbol(shown: Shown, at: { x: number; y: number }): void {
    const { pen, ink } = this
    const { track } = shown
    pen.save()
    pen.translate(at.x, at.y)
    const star = track.lane === 'events'
    const course = track.course_deg ?? 0
    if (track.lane === 'air') pen.rotate((course * Math.PI) / 180)
    const shape = path(star ? STAR : track.lane === 'air' ? DART : SQUARE)
    pen.lineJoin = 'round'
    pen.strokeStyle = ink['map-halo']
    pen.lineWidth = star ? 4 : 3
    pen.stroke(shape)
    if (track.state === 'confirmed' && !star) {
      pen.fillStyle = ink.track
      pen.fill(shape)
    } else {
      pen.fillStyle = ink['map-halo']
      if (!star) pen.fill(shape)
      if (track.state === 'coasting') pen.setLineDash([2.5, 2])
      pen.strokeStyle = ink.track
      pen.lineWidth = star ? 1.6 : 1.3
      pen.stroke(shape)
    }
    pen.restore()
  }

  private ring(at: { x: number; y: number }, radius: number): void {
    const { pen, ink } = this
    pen.beginPath()
    pen.arc(at.x, at.y, radius, 0, Math.PI * 2)
    pen.strokeStyle = ink['v-violated']
    pen.lineWidth = 2.4
    pen.stroke()
  }

  private brackets(x: number, y: number, half: number): void {
    const { pen, ink } = this
    const arm = 5
    pen.beginPath()
    for (const [sx, sy] of [[-1, -1], [1, -1], [1, 1], [-1, 1]] as const) {
      pen.moveTo(x + sx * half, y + sy * (half - arm))
      pen.lineTo(x + sx * half, y + sy * half)
      pen.lineTo(x + sx * (half - arm), y + sy * half)
    }
    pen.strokeStyle = ink.track
    pen.lineWidth = 1.8
    pen.stroke()
  }

  private asked(): void {
    const place = this.scene.asked
    if (!place) return
    const { pen, ink } = this
    const at = this.eye.project(...place)
    for (const [colour, width] of [[ink['map-halo'], 4], [ink.track, 1.5]] as const) {
      pen.beginPath()
      pen.moveTo(at.x - 9, at.y)
      pen.lineTo(at.x + 9, at.y)
      pen.moveTo(at.x, at.y - 9)
      pen.lineTo(at.x, at.y + 9)
      pen.strokeStyle = colour
      pen.lineWidth = width
      pen.stroke()
    }
  }

  private measure(text: string, font: string): number {
    this.pen.font = font
    return this.pen.measureText(text).width
  }

  private label(id: string, x: number, y: number, radius: number, rank: number, lines: Words['lines'], fixed = false): void {
    const width = Math.max(...lines.map((line) => this.measure(line.text, line.font)))
    this.labels.push({ id, x, y, radius, rank, lines, fixed, near: !id.startsWith('track:'), width, height: 13 * lines.length + 1 })
  }

  private words(): void {
    const symbols = this.spots.map(({ x, y, radius }) => ({ left: x - radius + 2, top: y - radius + 2, right: x + radius - 2, bottom: y + radius - 2 }))
    const room = { left: 2, top: 2, right: this.eye.width - 2, bottom: this.eye.height - 2 }
    const byId = new Map(this.labels.map((label) => [label.id, label]))
    for (const placed of declutter(this.labels, [...symbols, ...this.scene.furniture], room)) {
      const label = byId.get(placed.id)
      if (label) this.write(label, placed.left, placed.top, placed.led)
    }
  }

  private write(label: Words, left: number, top: number, led: boolean): void {
    const { pen, ink } = this
    if (led) {
      const side = left > label.x ? left : left + label.width
      pen.beginPath()
      pen.moveTo(label.x, label.y)
      pen.lineTo(side, top + label.height / 2)
      pen.strokeStyle = ink['track-2']
      pen.lineWidth = 0.8
      pen.stroke()
    }
    const shift = label.glyph === undefined ? 0 : 20
    if (label.glyph) this.glyph(label.glyph, left + 8, top + label.height / 2)
    pen.textBaseline = 'middle'
    pen.textAlign = 'left'
    pen.lineJoin = 'round'
    label.lines.forEach((line, i) => {
      const y = top + (label.lines.length === 1 ? label.height / 2 : 7 + 13 * i)
      pen.font = line.font
      pen.strokeStyle = ink['map-halo']
      pen.lineWidth = 3
      pen.strokeText(line.text, left + shift, y)
      pen.fillStyle = line.colour
      pen.fillText(line.text, left + shift, y)
    })
  }

  private glyph(verdict: NonNullable<AreaMark['verdict']>, x: number, y: number): void {
    const { pen, ink } = this
    const token = TOKEN[verdict]
    const fill = verdict === 'not verified' ? ink['v-unverified-wash'] : ink[`v-${token}-fill` as 'v-compliant-fill']
    pen.save()
    pen.translate(x, y)
    pen.scale(0.86, 0.86)
    pen.lineJoin = pen.lineCap = 'round'
    pen.fillStyle = fill
    pen.fill(path(BODY[verdict]))
    pen.strokeStyle = ink[`v-${token}` as 'v-compliant']
    pen.lineWidth = 1.3
    if (verdict === 'not verified') pen.setLineDash([2.6, 1.6])
    pen.stroke(path(BODY[verdict]))
    pen.setLineDash([])
    pen.strokeStyle = verdict === 'not verified' ? ink['v-unverified'] : ink[`v-${token}-on` as 'v-compliant-on']
    pen.lineWidth = 2
    pen.stroke(path(SIGN[verdict]))
    pen.restore()
  }
}
