/** Labels without overlap: each takes the first free place round its symbol, the important ones first. */

export interface Label {
  id: string
  /** The symbol's centre and radius, in pixels. */
  x: number
  y: number
  radius: number
  width: number
  height: number
  /** Higher is placed first. */
  rank: number
  /** Stays at its first place whatever it covers: selected things. */
  fixed?: boolean
  /** Takes only the places beside its symbol; no line leads to it. */
  near?: boolean
}

export interface Placed {
  id: string
  /** Left upper corner of the text box. */
  left: number
  top: number
  /** Whether it had to move so far that a line must lead to the symbol. */
  led: boolean
}

export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

const EVERYWHERE: Box = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity }
const GAP = 5
const CELL = 96
const STRIDE = 1 << 16
const NONE: readonly Box[] = []

/** Boxes by square, so that 10,000 labels do not ask each other. */
class Taken {
  private readonly squares = new Map<number, Box[]>()

  free(box: Box): boolean {
    const right = Math.floor(box.right / CELL)
    const bottom = Math.floor(box.bottom / CELL)
    for (let x = Math.floor(box.left / CELL); x <= right; x++) {
      for (let y = Math.floor(box.top / CELL); y <= bottom; y++) {
        for (const other of this.squares.get(x * STRIDE + y) ?? NONE) {
          if (box.right > other.left && box.left < other.right && box.bottom > other.top && box.top < other.bottom) return false
        }
      }
    }
    return true
  }

  take(box: Box): void {
    for (let x = Math.floor(box.left / CELL); x <= Math.floor(box.right / CELL); x++) {
      for (let y = Math.floor(box.top / CELL); y <= Math.floor(box.bottom / CELL); y++) {
        const held = this.squares.get(x * STRIDE + y)
        if (held) held.push(box)
        else this.squares.set(x * STRIDE + y, [box])
      }
    }
  }
}

/** Places round a symbol as (x, y) of the box in units of its own size: right, left, above, below, then further out. */
function* placesRound(label: Label): Generator<{ left: number; top: number; led: boolean }> {
  const { x, y, radius, width, height } = label
  const near = radius + GAP
  yield { left: x + near, top: y - height / 2, led: false }
  yield { left: x - near - width, top: y - height / 2, led: false }
  yield { left: x - width / 2, top: y - near - height, led: false }
  yield { left: x - width / 2, top: y + near, led: false }
  if (label.near) return
  for (const far of [near + 14, near + 34]) {
    yield { left: x + far, top: y - far - height / 2, led: true }
    yield { left: x + far, top: y + far - height / 2, led: true }
    yield { left: x - far - width, top: y - far - height / 2, led: true }
    yield { left: x - far - width, top: y + far - height / 2, led: true }
  }
}

/** Places what fits within `room`; `blocked` are boxes that no label may cover (symbols, furniture). */
export function declutter(labels: readonly Label[], blocked: readonly Box[] = [], room: Box = EVERYWHERE): Placed[] {
  const taken = new Taken()
  for (const box of blocked) taken.take(box)
  const placed: Placed[] = []
  const order = [...labels].sort((a, b) => b.rank - a.rank || (a.id < b.id ? -1 : 1))
  for (const label of order) {
    for (const at of placesRound(label)) {
      const box = { left: at.left, top: at.top, right: at.left + label.width, bottom: at.top + label.height }
      const inside = box.left >= room.left && box.top >= room.top && box.right <= room.right && box.bottom <= room.bottom
      if (!label.fixed && !(inside && taken.free(box))) continue
      taken.take(box)
      placed.push({ id: label.id, ...at })
      break
    }
  }
  return placed
}
