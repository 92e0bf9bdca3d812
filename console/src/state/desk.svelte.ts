/** What this console knows of the centre: the answers on screen, the line to it, and its clock. */

import {
  type Agreement, type Alerts, ask, type Board, type Cases, type Live, type Sources, type Status, type Timeline,
} from '../api/client'
import { Line } from '../api/line'
import { iso } from '../draw/time'
import { Held } from './held.svelte'
import { p95, Picture } from './picture'
import { address } from './view.svelte'

const REFRESH_MS = 2500
const DELAYS = 400

class Desk {
  readonly status = new Held<Status>()
  readonly agreement = new Held<Agreement>()
  readonly board = new Held<Board>()
  readonly alerts = new Held<Alerts>()
  readonly sources = new Held<Sources>()
  readonly timeline = new Held<Timeline>()
  readonly cases = new Held<Cases>()
  readonly picture = new Picture()

  line = $state<'opening' | 'live' | 'cut'>('opening')
  tries = $state(0)
  retry_at = $state(0)
  /** Centre time of the last message, and this machine's monotonic time when it came. */
  heard = $state.raw<{ now_ms: number; pace: number; at: number } | null>(null)
  tick_ms = $state(0)
  heads = $state.raw<Live['heads']>([])
  delay_ms = $state<number | null>(null)
  revision = $state(-1)
  /** Grows with every reload: what a page asks for itself is asked again with the rest. */
  round = $state(0)

  private delays: number[] = []
  private half_trip = 0
  private refresh: ReturnType<typeof setTimeout> | undefined
  private refreshed = -Infinity
  private readonly wire = new Line({
    live: (message) => this.live(message),
    line: (up, tries, retry_ms) => this.turn(up, tries, retry_ms),
    distance: (ms) => {
      this.half_trip = ms
    },
  })

  start(): void {
    this.wire.open()
    void this.reload()
  }

  tryNow(): void {
    this.wire.open()
  }

  /** Query parts that every question carries. */
  get known(): { k?: string } {
    const k = address.view.k
    return k === null ? {} : { k: iso(k) }
  }

  /** The instant on screen: asked for in the address, else the centre's clock at its last word, else null. */
  get now_ms(): number | null {
    return this.heard?.now_ms ?? this.status.data?.now_ms ?? null
  }

  /** Drops what was said as known at another time: it must not stand under the new one, not even for a moment. */
  forget(): void {
    for (const held of [this.board, this.alerts, this.sources, this.timeline, this.cases]) held.clear()
    this.picture.show([], 0)
  }

  async reload(): Promise<void> {
    this.refreshed = performance.now()
    this.round++
    const query = this.known
    await Promise.all([
      this.status.load((signal) => ask('/api/status', { query, signal })),
      this.agreement.load((signal) => ask('/api/agreement', { query, signal })),
      this.board.load((signal) => ask('/api/board', { query, signal })),
      this.alerts.load((signal) => ask('/api/alerts', { query, signal })),
      this.sources.load((signal) => ask('/api/sources', { query, signal })),
      this.cases.load((signal) => ask('/api/cases', { query, signal })),
      this.reloadTimeline(),
    ])
  }

  reloadTimeline(): Promise<void> {
    const view = address.view
    const window = view.win ? { start: iso(view.win.start), end: iso(view.win.end) } : {}
    const query = { ...this.known, ...window, ...(view.cl ? { cl: view.cl } : {}) }
    return this.timeline.load((signal) => ask('/api/timeline', { query, signal }))
  }

  private live(message: Live): void {
    this.heard = { now_ms: message.now_ms, pace: message.pace, at: performance.now() }
    this.tick_ms = message.tick_ms
    this.heads = message.heads
    // Another instant, or an earlier knowledge, is a picture of its own: the present must not run into it.
    if (address.view.t === null && address.view.k === null) this.picture.take(message)
    if (message.delay_ms !== null && message.delay_ms !== undefined) this.measure(message.delay_ms)
    if (message.revision !== this.revision) {
      this.revision = message.revision
      this.later()
    }
  }

  /** Door to screen: wait in the centre, half a round trip, and the time to the next frame. */
  private measure(waited: number): void {
    const came = performance.now()
    const trip = this.half_trip
    requestAnimationFrame(() => {
      this.delays.push(waited + trip + performance.now() - came)
      if (this.delays.length > DELAYS) this.delays.shift()
      this.delay_ms = p95(this.delays)
    })
  }

  private later(): void {
    if (this.refresh) return
    const wait = Math.max(0, this.refreshed + REFRESH_MS - performance.now())
    this.refresh = setTimeout(() => {
      this.refresh = undefined
      void this.reload()
    }, wait)
  }

  private turn(up: boolean, tries: number, retry_ms: number): void {
    const was = this.line
    this.line = up ? 'live' : was === 'opening' && tries < 2 ? 'opening' : 'cut'
    this.tries = tries
    this.retry_at = performance.now() + retry_ms
    if (up && was !== 'live') {
      this.revision = -1
      this.delays = []
      this.delay_ms = null
    }
    if (!up) this.delay_ms = null
  }
}

export const desk = new Desk()
