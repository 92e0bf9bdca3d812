/** The line to the centre: one WebSocket, heard at least once a second, opened again when it breaks. */

import type { Live } from './client'

export interface Hearer {
  live(message: Live): void
  /** The line is up or down; `retry_ms` is the wait before the next try. */
  line(up: boolean, tries: number, retry_ms: number): void
  /** Half a round trip, in milliseconds. */
  distance(ms: number): void
}

const SILENCE_MS = 5000
const PING_MS = 5000
const WAITS_MS = [500, 1000, 2000, 4000, 8000, 10000]

export class Line {
  private socket: WebSocket | null = null
  private tries = 0
  private timers: ReturnType<typeof setTimeout>[] = []
  private silence: ReturnType<typeof setTimeout> | undefined
  private pinged = 0

  constructor(private readonly hearer: Hearer) {}

  open(): void {
    this.drop()
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const socket = (this.socket = new WebSocket(`${scheme}://${location.host}/live`))
    socket.onmessage = (event) => {
      if (socket === this.socket) this.hear(String(event.data))
    }
    socket.onclose = () => {
      if (socket === this.socket) this.fail()
    }
    this.listen()
  }

  /** Hangs up without trying again. */
  drop(): void {
    for (const timer of this.timers) clearTimeout(timer)
    this.timers = []
    clearTimeout(this.silence)
    const socket = this.socket
    this.socket = null
    socket?.close()
  }

  private hear(text: string): void {
    this.listen()
    const message = JSON.parse(text) as Live | { pong: number }
    if ('pong' in message) {
      this.hearer.distance((performance.now() - this.pinged) / 2)
      return
    }
    if (this.tries !== 0 || this.timers.length === 0) {
      this.tries = 0
      this.hearer.line(true, 0, 0)
      this.ping()
    }
    this.hearer.live(message)
  }

  private listen(): void {
    clearTimeout(this.silence)
    this.silence = setTimeout(() => this.fail(), SILENCE_MS)
  }

  private ping(): void {
    if (this.socket?.readyState === WebSocket.OPEN) {
      this.pinged = performance.now()
      this.socket.send('{"ping":1}')
    }
    this.timers = [setTimeout(() => this.ping(), PING_MS)]
  }

  private fail(): void {
    this.drop()
    const wait = WAITS_MS[Math.min(this.tries, WAITS_MS.length - 1)] ?? SILENCE_MS
    this.tries++
    this.hearer.line(false, this.tries, wait)
    this.timers = [setTimeout(() => this.open(), wait)]
  }
}
