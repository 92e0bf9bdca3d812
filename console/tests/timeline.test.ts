import { describe, expect, it } from 'vitest'
import { at, jump, msAt, ticks, xOf } from '../src/timeline/axis'

const HOUR = 3_600_000
const axis = { start: 0, end: 24 * HOUR, width: 1200 }

describe('the axis', () => {
  it('goes there and back', () => {
    expect(xOf(axis, 6 * HOUR)).toBe(300)
    expect(msAt(axis, 300)).toBe(6 * HOUR)
    expect(msAt(axis, 99_999)).toBe(24 * HOUR)
  })
  it('writes figures on whole steps, never too near', () => {
    const found = ticks(axis)
    expect(found).toHaveLength(13)
    expect(ticks({ ...axis, width: 200 }).length).toBeLessThan(5)
    expect(ticks({ start: 10, end: HOUR, width: 1200 }).every((ms) => ms % 300_000 === 0)).toBe(true)
  })
})

describe('gaps', () => {
  const gaps = [
    { row: 'R2', start_ms: 14 * HOUR, end_ms: 17 * HOUR, word: 'outage' },
    { row: 'R1', start_ms: 3 * HOUR, end_ms: 4 * HOUR, word: 'outage' },
  ]
  it('are jumped to in order of time', () => {
    expect(jump(gaps, 0, 1)?.row).toBe('R1')
    expect(jump(gaps, 3 * HOUR, 1)?.row).toBe('R2')
    expect(jump(gaps, 14 * HOUR, -1)?.row).toBe('R1')
    expect(jump(gaps, 20 * HOUR, 1)).toBeNull()
  })
  it('answer what held at an instant', () => {
    expect(at(gaps, 15 * HOUR)?.row).toBe('R2')
    expect(at(gaps, 17 * HOUR)).toBeNull()
  })
})
