import { describe, expect, it } from 'vitest'
import type { Live, Track } from '../src/api/client'
import { p95, Picture } from '../src/state/picture'

const track = (id: string, lon: number, at_ms: number, lane = 'air'): Track =>
  ({ id, name: id, lane, lon, lat: 40, at_ms, trail: [], cited: [], sources: [] }) as unknown as Track
const batch = (tracks: Track[], more: Partial<Live> = {}): Live =>
  ({ serial: 1, since: 0, now_ms: 1, tracks, ended: [], whole: false, lanes: ['air'], ...more }) as unknown as Live

describe('the moving picture', () => {
  it('remembers where a track was, and only when it moved', () => {
    const picture = new Picture()
    picture.take(batch([track('a', 47, 1000)]))
    picture.take(batch([track('a', 47.01, 2000)]))
    picture.take(batch([track('a', 47.01, 3000)]))
    expect(picture.shown.get('a')?.trail).toEqual([[47, 40]])
    expect(picture.shown.get('a')?.track.at_ms).toBe(3000)
  })
  it('drops what ended, and by a whole batch what is not in it, lane by lane', () => {
    const picture = new Picture()
    picture.take(batch([track('a', 47, 1), track('b', 47, 1)]))
    picture.seed([track('fire', 47, 1, 'events')])
    picture.take(batch([], { ended: ['b'] }))
    expect([...picture.shown.keys()]).toEqual(['a', 'fire'])
    picture.take(batch([], { whole: true }))
    expect([...picture.shown.keys()]).toEqual(['fire'])
  })
  it('tells who listens', () => {
    const picture = new Picture()
    let told = 0
    const quiet = picture.watch(() => told++)
    picture.take(batch([track('a', 47, 1)]))
    quiet()
    picture.take(batch([track('a', 48, 2)]))
    expect(told).toBe(1)
  })
})

describe('p95', () => {
  it('is the value that 95 of 100 do not pass', () => {
    expect(p95(Array.from({ length: 100 }, (_, i) => i + 1))).toBe(96)
    expect(p95([])).toBeNull()
  })
})
