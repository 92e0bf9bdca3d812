import { describe, expect, it } from 'vitest'
import { formatView, parseView, START, type View } from '../src/state/url'

const full: View = {
  place: 'findings', id: 'f'.repeat(64), t: Date.parse('2020-11-17T03:10:00Z'), k: Date.parse('2020-11-17T13:58:00Z'),
  win: { start: Date.parse('2020-11-17T00:00:00Z'), end: Date.parse('2020-11-18T00:00:00Z') },
  c: { lat: 39.84, lon: 46.6, zoom: 8.6 }, cls: 'uav', ly: { range: false, steps: true },
  sel: ['track:9f3c21', 'area:line-buffer'], cl: '1.air', f: { v: 'violated', span: 'day' },
}

describe('the address of a view', () => {
  it('survives the way to text and back', () => {
    expect(parseView(formatView(full))).toEqual(full)
    expect(parseView(formatView(START))).toEqual(START)
  })

  it('reads as the design says', () => {
    expect(formatView(full)).toBe(
      `/findings/${'f'.repeat(64)}?t=2020-11-17T03:10:00Z&k=2020-11-17T13:58:00Z&win=2020-11-17T00:00:00Z%2F24h&c=39.8400,46.6000,8.6` +
        '&cls=uav&ly=-range,%2Bsteps&sel=track:9f3c21,area:line-buffer&cl=1.air&f=span:day,v:violated',
    )
    expect(formatView(START)).toBe('/watch')
  })

  it('knows a filter whose value has a space', () => {
    expect(parseView(formatView({ ...START, f: { v: 'not verified' } })).f).toEqual({ v: 'not verified' })
  })

  it('lets nothing strange in', () => {
    const odd = parseView('/nowhere/x?t=yesterday&k=2020-13-40T00:00:00Z&win=2020-11-17T00Z/999999h&c=99,500,3&cls=<b>&ly=<&sel=track:<,x&cl=<script>&f=v:<')
    expect(odd).toEqual({ ...START, id: 'x' })
    expect(parseView('/findings/%E0%A4%A').id).toBe('')
  })

  it('takes hours without minutes, as people write them', () => {
    expect(parseView('/watch?win=2020-11-17T00Z/6h').win).toEqual({ start: Date.parse('2020-11-17T00:00:00Z'), end: Date.parse('2020-11-17T06:00:00Z') })
  })
})
