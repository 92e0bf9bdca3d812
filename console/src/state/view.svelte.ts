/** The one view on screen, kept in step with the address bar. Selecting pushes, panning replaces. */

import { formatView, parseView, START, type View } from './url'

class Address {
  view = $state<View>(typeof location === 'undefined' ? START : parseView(location.href))

  constructor() {
    if (typeof window === 'undefined') return
    window.addEventListener('popstate', () => {
      this.view = parseView(location.href)
    })
  }

  /** Shows another view; what is not named stays as it is. */
  go(change: Partial<View>, how: 'push' | 'replace' = 'push'): void {
    const next = { ...this.view, ...change }
    const text = formatView(next)
    this.view = next
    if (text === location.pathname + location.search) return
    if (how === 'push') history.pushState(null, '', text)
    else history.replaceState(null, '', text)
  }

  /** The address of a view made from this one: for links that can be opened in another window. */
  href(change: Partial<View>): string {
    return formatView({ ...this.view, ...change })
  }

  /** The address of a place with its own list state cleared but times and layers kept. */
  place(place: View['place'], id = ''): string {
    return this.href({ place, id, sel: [], cl: '', f: {} })
  }
}

export const address = new Address()

/** Follows a click on an inner link without loading the page anew; other clicks are the browser's. */
export function follow(event: MouseEvent): void {
  const link = (event.target as Element | null)?.closest('a')
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
  if (!link || !plain || event.defaultPrevented || link.target || link.origin !== location.origin) return
  if (/^\/(api|schema|assets)\//.test(link.pathname)) return
  event.preventDefault()
  address.go(parseView(link.href))
}
