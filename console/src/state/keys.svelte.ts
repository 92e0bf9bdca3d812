/** The keyboard: single letters, two-letter ways to a place, and nothing inside a field. */

import { address } from './view.svelte'
import type { Place } from './url'

export type KeyMap = Record<string, () => void>

const WAYS: Record<string, Place> = { w: 'watch', f: 'findings', c: 'cases', d: 'reports' }
const PREFIX_MS = 1500

class Keys {
  /** Whether the map of keys is shown, and the two panels that keys open. */
  help = $state(false)
  find = $state(false)
  time = $state(false)
  private maps: KeyMap[] = []
  private prefix = 0

  /** Adds a page's keys; returns how to take them away. The last page added is asked first. */
  use(map: KeyMap): () => void {
    this.maps.push(map)
    return () => {
      this.maps = this.maps.filter((one) => one !== map)
    }
  }

  press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    const place = event.target as HTMLElement
    if (event.key === 'Escape') return this.escape(event)
    if (place.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(place.tagName)) return
    if (event.key === 'Enter' && /^(A|BUTTON|SUMMARY)$/.test(place.tagName)) return
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    const now = performance.now()
    const way = now - this.prefix < PREFIX_MS ? WAYS[key] : undefined
    this.prefix = key === 'g' ? now : 0
    if (way) {
      event.preventDefault()
      address.go({ place: way, id: '', sel: [], cl: '', f: {} })
    } else if (key !== 'g') this.run(key, event)
  }

  private run(key: string, event: KeyboardEvent): void {
    const own: KeyMap = {
      '/': () => (this.find = true),
      '?': () => (this.help = !this.help),
      t: () => (this.time = true),
      n: () => address.go({ t: null, k: null }),
    }
    const act = [...this.maps].reverse().map((map) => map[key]).find(Boolean) ?? own[key]
    if (!act) return
    event.preventDefault()
    act()
  }

  private escape(event: KeyboardEvent): void {
    if (this.help || this.find || this.time) {
      this.help = this.find = this.time = false
      event.preventDefault()
      return
    }
    const act = [...this.maps].reverse().map((map) => map['Escape']).find(Boolean)
    if (act) {
      event.preventDefault()
      act()
    }
  }
}

export const keys = new Keys()
