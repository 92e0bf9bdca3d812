import { describe, expect, it } from 'vitest'
import { chance, clipped, detection, group, likelihood, logOdds, percent, ratio, seeing } from '../src/draw/figures'
import { clock, instant, iso, lapse, near, period, span, tidy, zoned } from '../src/draw/time'

const at = Date.parse('2020-11-20T08:13:27Z')

describe('times', () => {
  it('are UTC with Z, whatever the machine', () => {
    expect(iso(at + 999)).toBe('2020-11-20T08:13:27Z')
    expect(clock(at)).toBe('08:13:27')
    expect(zoned(at, 'Europe/Moscow')).toMatch(/^11:13/)
  })
  it('are read back, and nothing else is', () => {
    expect(instant('2020-11-20T08:13:27Z')).toBe(at)
    expect(instant('2020-11-20T08:13:27.999Z')).toBe(at)
    expect(instant('2020-11-20T08Z')).toBe(Date.parse('2020-11-20T08:00:00Z'))
    for (const bad of ['', '2020-11-20', '2020-11-20T08:13:27', '2020-02-31T00:00:00Z', '2020-11-20T25:00:00Z', '08:13']) expect(instant(bad), bad).toBeNull()
  })
  it('name the day only when it is another', () => {
    expect(near(at, at + 1000)).toBe('08:13:27')
    expect(near(at, at + 86_400_000)).toBe('11-20 08:13')
    expect(tidy('Due 2020-11-20T23:59:59+03:00.', at)).toBe('Due 2020-11-20T23:59:59+03:00.')
    expect(tidy('from 2020-11-20T08:13:27Z to 2020-11-21T00:00:00Z', at)).toBe('from 08:13:27Z to 2020-11-21T00:00:00Z')
  })
  it('bound a period, with days when there are two', () => {
    expect(period(at, at + 3_600_000)).toBe('08:13–09:13Z')
    expect(period(at, at + 86_400_000)).toBe('11-20 08:13–11-21 08:13Z')
  })
  it('count down in days, hours and minutes', () => {
    expect(span(2 * 86_400_000 + 6 * 3_600_000 + 57 * 60_000, 'd')).toBe('2 d 06:57')
    expect(span(-19 * 60_000, 'd')).toBe('00:19')
  })
  it('lapse in the two largest units', () => {
    expect(lapse(9_000, 'en-GB')).toMatch(/^9/)
    expect(lapse(252_000, 'en-GB')).toMatch(/^4.*12/)
    expect(lapse(0, 'en-GB')).toMatch(/^0/)
  })
})

describe('figures', () => {
  it('keep a decimal point and never invent a zero', () => {
    expect(detection(0.5)).toBe('0.50')
    expect(detection(null)).toBe('–')
    expect(ratio(38.2)).toBe('38')
    expect(ratio(0.1234)).toBe('0.12')
    expect(ratio(7553)).toBe('7\u202f600')
    expect(group(1_234_567)).toBe('1\u202f234\u202f567')
    expect(percent(0.081, 'ru-RU')).toContain('8,1')
    expect(clipped('c41e0000000077a0')).toBe('c41e…77a0')
  })
  it('never call anything certain', () => {
    expect(chance(0.99999, 'en-GB')).toBe('>99.9%')
    expect(chance(0.00001, 'en-GB')).toBe('<0.1%')
    expect(chance(0.81, 'en-GB')).toBe('81%')
  })
  it('use one table of words', () => {
    expect([0.01, 0.05, 0.2, 0.5, 0.6, 0.9, 0.96].map(likelihood)).toEqual(['likely.1', 'likely.2', 'likely.3', 'likely.4', 'likely.5', 'likely.6', 'likely.7'])
    expect([0.1, 0.4, 0.9, 0.95].map(seeing)).toEqual(['seeing.1', 'seeing.2', 'seeing.3', 'seeing.4'])
  })
  it('lay probabilities out by log odds', () => {
    expect(logOdds(0.5)).toBeCloseTo(0.5)
    expect(logOdds(0)).toBe(0)
    expect(logOdds(1)).toBeCloseTo(1)
    expect(logOdds(0.1) + logOdds(0.9)).toBeCloseTo(1)
  })
})
