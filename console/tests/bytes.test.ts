import { describe, expect, it } from 'vitest'
import { runs, spaced } from '../src/finding/bytes'
import { frameOf, roundScale } from '../src/finding/frame'

describe('bytes', () => {
  it('are cut where fields begin and end', () => {
    expect(runs('30001ef114', 0, [{ offset: 0, length: 3 }, { offset: 3, length: 2 }])).toEqual([
      { from: 0, hex: '30001e', field: 0 },
      { from: 3, hex: 'f114', field: 1 },
    ])
  })
  it('leave what no field claims plain, and count from the body', () => {
    expect(runs('aabbcc', 100, [{ offset: 101, length: 1 }])).toEqual([
      { from: 100, hex: 'aa', field: -1 },
      { from: 101, hex: 'bb', field: 0 },
      { from: 102, hex: 'cc', field: -1 },
    ])
  })
  it('give a subfield its own bytes', () => {
    expect(runs('aabbcc', 0, [{ offset: 0, length: 3 }, { offset: 1, length: 1 }]).map((run) => run.field)).toEqual([0, 1, 0])
  })
  it('never lose or repeat one', () => {
    const hex = '00112233445566778899'
    expect(runs(hex, 5, [{ offset: 0, length: 8 }, { offset: 12, length: 50 }]).map((run) => run.hex).join('')).toBe(hex)
    expect(spaced('0011ff')).toBe('00 11 ff')
  })
})

describe('the small chart', () => {
  it('shows all points and is true to scale', () => {
    const frame = frameOf([[46.9, 39.9], [47.1, 40.1]], 400, 200)
    expect(frame).not.toBeNull()
    if (!frame) return
    for (const at of [[46.9, 39.9], [47.1, 40.1]]) {
      expect(frame.x(at)).toBeGreaterThan(0)
      expect(frame.x(at)).toBeLessThan(400)
      expect(frame.y(at)).toBeGreaterThan(0)
      expect(frame.y(at)).toBeLessThan(200)
    }
    expect(frame.y([47, 40]) - frame.y([47, 40.01])).toBeCloseTo(1113.2 * frame.metre, 1)
    expect(roundScale(frame.metre, 110).width).toBeLessThanOrEqual(110)
    expect(frameOf([], 400, 200)).toBeNull()
  })
})
