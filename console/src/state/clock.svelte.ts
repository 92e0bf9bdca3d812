/** The clock on screen: the centre's, carried on by this machine between its messages; it stops when the centre is silent. */

import { desk } from './desk.svelte'

/** How far the clock runs ahead of the last message: one of the centre's heartbeats, no further. */
const CARRY_MS = 1500

class Clock {
  now_ms = $state<number | null>(null)
  /** Monotonic milliseconds, for countdowns of this machine. */
  tick = $state(0)

  turn(): void {
    this.tick = performance.now()
    const heard = desk.heard
    const status = desk.status.data
    if (heard) {
      const carried = desk.line === 'live' ? Math.min(CARRY_MS, this.tick - heard.at) : 0
      this.now_ms = heard.now_ms + carried * heard.pace
    } else if (status) this.now_ms = status.now_ms
  }
}

export const centreClock = new Clock()

/** Starts the clock; returns how to stop it. */
export function clockOnce(): () => void {
  const timer = setInterval(() => centreClock.turn(), 250)
  centreClock.turn()
  return () => clearInterval(timer)
}
