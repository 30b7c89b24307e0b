// What the benchmarks do with their figures.

/** Of an even number of figures, what is between the two in the middle. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** A rate to be read: `482,291`. */
export function figure(rate) {
  return Math.round(rate).toLocaleString('en')
}
