const QUANTITY = /^(\d+(?:\.\d+)?)(?:([eE][-+]?\d+)|(n|u|m|k|[MGTPE]i?|Ki))?$/;

const FACTORS: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  Pi: 1024 ** 5,
  Ei: 1024 ** 6,
};

/** Whether a text is an amount as Kubernetes writes it, such as `500m`, `2`, `1.5Gi` or `1e3`. */
export function isQuantity(text: string): boolean {
  return QUANTITY.test(text);
}

/** An amount that Kubernetes has written, as a number of its unit: cores, or bytes. */
export function quantityToNumber(text: string): number {
  const [, digits, exponent = '', suffix] = QUANTITY.exec(text) ?? [];
  if (digits === undefined) throw new Error(`"${text}" is no quantity`);
  return Number(`${digits}${exponent}`) * (suffix ? FACTORS[suffix] : 1);
}
