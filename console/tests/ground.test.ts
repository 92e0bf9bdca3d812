import { describe, expect, it } from 'vitest'
import { ground } from '../src/map/coverage'
import { outline, placeOf } from '../src/map/lattice'

const lattice: [number, number][] = [[46, 39], [47, 39], [48, 39], [46, 40], [47, 40], [48, 40], [46, 41], [47, 41], [48, 41]]
const grid = { rows: 4, columns: 4, lattice_rows: 3, lattice_columns: 3, lattice }
const coverage = (percent: number[]) => ({
  ...grid, percent, object_class: 'uav', classes: ['uav'], start_ms: 0, end_ms: 1, cell_m: 5000, terrain: 'smooth earth',
})
const area = (rings: number[][][][]): number =>
  rings.flat().reduce((sum, ring) => sum + ring.reduce((part, at, i) => {
    const next = ring[(i + 1) % ring.length] ?? [0, 0]
    return part + ((at[0] ?? 0) * (next[1] ?? 0) - (next[0] ?? 0) * (at[1] ?? 0)) / 2
  }, 0), 0)

describe('the lattice', () => {
  it('puts the corners on the corners and the middle in the middle', () => {
    expect(placeOf(grid, 0, 0)).toEqual([46, 39])
    expect(placeOf(grid, 4, 4)).toEqual([48, 41])
    expect(placeOf(grid, 2, 2)).toEqual([47, 40])
    expect(outline(grid)[0]).toEqual(outline(grid).at(-1))
  })
})

describe('ground', () => {
  it('is all hatched where nobody watched', () => {
    const { none, partly } = ground(coverage(new Array(16).fill(0)))
    const held = none.features[0]?.geometry as { coordinates: number[][][][] }
    expect(Math.abs(area(held.coordinates))).toBeCloseTo(4)
    expect(partly.features).toHaveLength(1)
  })
  it('has no hatch on the raster where everything was seen, and keeps it beyond', () => {
    const { none } = ground(coverage(new Array(16).fill(95)))
    expect((none.features[0]?.geometry as { coordinates: unknown[] }).coordinates).toHaveLength(0)
    expect(none.features).toHaveLength(2)
  })
  it('hatches the half that nobody watched', () => {
    const { none } = ground(coverage(Array.from({ length: 16 }, (_, i) => (i % 4 < 2 ? 0 : 90))))
    const held = none.features[0]?.geometry as { coordinates: number[][][][] }
    expect(Math.abs(area(held.coordinates))).toBeGreaterThan(1.5)
    expect(Math.abs(area(held.coordinates))).toBeLessThan(2.4)
  })
})
