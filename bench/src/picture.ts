/**
 * A curve as an SVG: both axes by powers of ten, one dot a measure.
 *
 * @module
 */

/** One measure: what grew, and what it cost. */
export interface Point {
  readonly x: number
  readonly y: number
}

const size = { width: 640, height: 360, left: 70, right: 20, top: 40, bottom: 50 }

/** The powers of ten around all of these. */
const decades = (values: ReadonlyArray<number>): readonly [low: number, high: number] => {
  const low = Math.floor(Math.log10(Math.min(...values)))
  return [low, Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))))]
}

const text = (x: number, y: number, said: string, anchor = "middle"): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${said}</text>`

const line = (x1: number, y1: number, x2: number, y2: number): string =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="#ddd"/>`

const steps = ([low, high]: readonly [number, number]): ReadonlyArray<number> =>
  Array.from({ length: high - low + 1 }, (_, i) => low + i)

/** The picture of a row of measures. Titles are ours: nothing in them needs to be escaped. */
export const picture = (title: string, xTitle: string, yTitle: string, points: ReadonlyArray<Point>): string => {
  const across = decades(points.map(({ x }) => x))
  const up = decades(points.map(({ y }) => y))
  const at = (value: number, [low, high]: readonly [number, number], length: number): number =>
    ((Math.log10(value) - low) / (high - low)) * length
  const x = (value: number): number => size.left + at(value, across, size.width - size.left - size.right)
  const y = (value: number): number => size.height - size.bottom - at(value, up, size.height - size.top - size.bottom)
  const [left, right] = [size.left, size.width - size.right]
  const [top, bottom] = [size.top, size.height - size.bottom]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12">`,
    `<title>${title}, by ${xTitle}</title>`,
    `<rect width="100%" height="100%" fill="white"/>`,
    text(size.width / 2, 20, title),
    text(size.width / 2, size.height - 10, xTitle),
    text(left, size.top - 8, yTitle, "start"),
    ...steps(across).flatMap((n) => [
      line(x(10 ** n), top, x(10 ** n), bottom),
      text(x(10 ** n), bottom + 18, String(10 ** n))
    ]),
    ...steps(up).flatMap((n) => [
      line(left, y(10 ** n), right, y(10 ** n)),
      text(left - 6, y(10 ** n) + 4, n < 0 ? (10 ** n).toFixed(-n) : String(10 ** n), "end")
    ]),
    `<polyline fill="none" stroke="#0a58ca" stroke-width="2" points="${points.map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`).join(" ")}"/>`,
    ...points.map(
      (point) => `<circle cx="${x(point.x).toFixed(1)}" cy="${y(point.y).toFixed(1)}" r="3" fill="#0a58ca"/>`
    ),
    "</svg>",
    ""
  ].join("\n")
}
