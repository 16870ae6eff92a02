/** What the scripts tell the user, apart from the output of the tools they run. */
export function say(text) {
  console.log(`• ${text}`);
}

export function duration(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60
    ? `${seconds} s`
    : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
