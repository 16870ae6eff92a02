import { formatDuration, formatTickingDuration } from '../../format';
import { useNow } from '../../hooks';

/** How long something took, or has taken so far. */
export function TickingDuration(props: { from: string; to?: string }) {
  const now = useNow(!props.to);
  const from = Date.parse(props.from);
  return (
    <>
      {props.to
        ? formatDuration(Date.parse(props.to) - from)
        : formatTickingDuration(now - from)}
    </>
  );
}
