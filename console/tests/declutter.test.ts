import { describe, expect, it } from 'vitest'
import { declutter, type Label } from '../src/map/declutter'

const label = (id: string, x: number, y: number, rank = 0, fixed = false): Label => ({ id, x, y, radius: 8, width: 80, height: 24, rank, fixed })

describe('declutter', () => {
  it('places a lone label to the right of its symbol', () => {
    expect(declutter([label('a', 100, 100)])).toEqual([{ id: 'a', left: 113, top: 88, led: false }])
  })

  it('never lets two labels overlap, and drops what finds no place', () => {
    const crowd = Array.from({ length: 200 }, (_, i) => label(`t${i}`, 100 + (i % 20) * 9, 100 + Math.floor(i / 20) * 9))
    const placed = declutter(crowd)
    expect(placed.length).toBeGreaterThan(3)
    expect(placed.length).toBeLessThan(200)
    for (const a of placed) {
      for (const b of placed) {
        if (a.id >= b.id) continue
        const apart = a.left + 80 <= b.left || b.left + 80 <= a.left || a.top + 24 <= b.top || b.top + 24 <= a.top
        expect(apart).toBe(true)
      }
    }
  })

  it('serves the higher rank first and leaves a fixed one in place', () => {
    const placed = declutter([label('low', 100, 100, 1), label('high', 100, 100, 9, true)])
    expect(placed[0]).toEqual({ id: 'high', left: 113, top: 88, led: false })
    expect(placed.find((one) => one.id === 'low')?.left).not.toBe(113)
  })

  it('keeps labels off what is blocked', () => {
    const placed = declutter([label('a', 100, 100)], [{ left: 110, top: 60, right: 300, bottom: 140 }])
    expect(placed[0]?.left).toBe(7)
  })
})
