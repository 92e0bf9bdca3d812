/** An answer of the desk as it is asked for, waited for, shown, and asked for again. */

import { Trouble } from '../api/client'

/** Nothing is drawn for this long; only then the bars of "loading". */
const PATIENCE_MS = 400

export class Held<T> {
  data = $state.raw<T | null>(null)
  trouble = $state.raw<Trouble | null>(null)
  slow = $state(false)
  private asked = 0
  private stop: AbortController | null = null

  /** Asks; old data stays on screen until the new is here. A later question overtakes an earlier one. */
  async load(question: (signal: AbortSignal) => Promise<T>): Promise<void> {
    this.stop?.abort()
    const stop = (this.stop = new AbortController())
    const turn = ++this.asked
    const patience = setTimeout(() => {
      if (turn === this.asked && this.data === null) this.slow = true
    }, PATIENCE_MS)
    try {
      const data = await question(stop.signal)
      if (turn !== this.asked) return
      this.data = data
      this.trouble = null
    } catch (error) {
      if (turn !== this.asked || stop.signal.aborted) return
      this.trouble = error instanceof Trouble ? error : new Trouble(-1, String(error), '', '')
    } finally {
      clearTimeout(patience)
      if (turn === this.asked) this.slow = false
    }
  }

  /** Forgets what is held: the next object must never be drawn with the last one's data. */
  clear(): void {
    this.stop?.abort()
    this.asked++
    this.data = null
    this.trouble = null
    this.slow = false
  }
}
