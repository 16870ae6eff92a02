/** Tells the user what happens now. */
export function say(text: string): void {
  console.log(`• ${text}`);
}

/** Runs something and tells how long it has taken. */
export async function timed<T>(text: string, work: () => Promise<T>) {
  const started = performance.now();
  const result = await work();
  say(`${text} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return result;
}
