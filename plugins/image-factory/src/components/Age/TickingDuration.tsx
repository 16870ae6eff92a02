import { formatDuration, formatTickingDuration } from '../../format';
import { useNow, useWords } from '../../hooks';

/** How long something took, or has taken so far. */
export function TickingDuration(props: { from: string; to?: string }) {
  const t = useWords();
  const now = useNow(!props.to);
  const from = Date.parse(props.from);
  return (
    <>
      {props.to
        ? formatDuration(Date.parse(props.to) - from, t)
        : formatTickingDuration(now - from, t)}
    </>
  );
}
