/** Whether a value has nothing but what JSON has: no undefined, no class. */
export function isJsonObject(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isJsonObject);
  if (value !== null && typeof value === 'object') {
    return (
      Object.getPrototypeOf(value)?.constructor?.name === 'Object' &&
      Object.values(value).every(isJsonObject)
    );
  }
  return (
    value === null ||
    ['string', 'boolean'].includes(typeof value) ||
    Number.isFinite(value)
  );
}
