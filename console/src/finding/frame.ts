/** A small chart's frame: degrees to pixels round a middle, north up, scale in metres. */

export type LonLat = readonly [number, number]

export interface Frame {
  x(at: readonly number[]): number
  y(at: readonly number[]): number
  /** Pixels of a metre. */
  metre: number
}

const DEGREE_M = 111_320

/** Frame that shows all points with a margin, but never less than `least_m` across. */
export function frameOf(points: readonly (readonly number[])[], width: number, height: number, least_m = 6000): Frame | null {
  if (!points.length) return null
  const lons = points.map((at) => at[0] ?? 0)
  const lats = points.map((at) => at[1] ?? 0)
  const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)]
  const [lon, lat] = [(west + east) / 2, (south + north) / 2]
  const squeeze = Math.cos((lat * Math.PI) / 180)
  const across = Math.max(least_m, (east - west) * squeeze * DEGREE_M * 1.25)
  const down = Math.max((least_m * height) / width, (north - south) * DEGREE_M * 1.3)
  const metre = Math.min(width / across, height / down)
  return {
    metre,
    x: (at) => width / 2 + ((at[0] ?? 0) - lon) * squeeze * DEGREE_M * metre,
    y: (at) => height / 2 - ((at[1] ?? 0) - lat) * DEGREE_M * metre,
  }
}

/** The longest round length in kilometres that fits in so many pixels. */
export function roundScale(metre: number, pixels: number): { km: number; width: number } {
  const km = [0.5, 1, 2, 5, 10, 20, 50, 100, 200].findLast((one) => one * 1000 * metre <= pixels) ?? 0.5
  return { km, width: km * 1000 * metre }
}
