/** Where the cells of a coverage grid lie: its corner lattice of (lon, lat), bilinear between the nodes. */

import type { Coverage } from '../api/client'

export type LonLat = [number, number]
export type Lattice = Pick<Coverage, 'lattice' | 'lattice_rows' | 'lattice_columns' | 'rows' | 'columns'>

/** Place of a point of the grid given in cells from its south-west corner (column 0..columns, row 0..rows). */
export function placeOf(grid: Lattice, column: number, row: number): LonLat {
  const x = (column / grid.columns) * (grid.lattice_columns - 1)
  const y = (row / grid.rows) * (grid.lattice_rows - 1)
  const i = Math.min(grid.lattice_columns - 2, Math.max(0, Math.floor(x)))
  const j = Math.min(grid.lattice_rows - 2, Math.max(0, Math.floor(y)))
  const [u, v] = [x - i, y - j]
  const node = (dj: number, di: number): readonly number[] => grid.lattice[(j + dj) * grid.lattice_columns + i + di] ?? [0, 0]
  const mix = (k: 0 | 1): number =>
    (1 - v) * ((1 - u) * (node(0, 0)[k] ?? 0) + u * (node(0, 1)[k] ?? 0)) +
    v * ((1 - u) * (node(1, 0)[k] ?? 0) + u * (node(1, 1)[k] ?? 0))
  return [mix(0), mix(1)]
}

/** The grid's outline, anticlockwise, closed. */
export function outline(grid: Lattice): LonLat[] {
  const steps = 16
  const side = (at: (share: number) => [number, number]): LonLat[] =>
    Array.from({ length: steps }, (_, i) => placeOf(grid, ...at(i / steps)))
  const { rows, columns } = grid
  const ring = [
    ...side((s) => [s * columns, 0]),
    ...side((s) => [columns, s * rows]),
    ...side((s) => [(1 - s) * columns, rows]),
    ...side((s) => [0, (1 - s) * rows]),
  ]
  return [...ring, ring[0] ?? [0, 0]]
}
