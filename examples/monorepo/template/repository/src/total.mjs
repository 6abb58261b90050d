/** The sum of some prices, to the cent. */
export function total(prices) {
  return Math.round(prices.reduce((sum, price) => sum + price, 0) * 100) / 100;
}
