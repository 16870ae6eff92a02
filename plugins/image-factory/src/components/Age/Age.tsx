import { formatAge, formatDateTime } from '../../format';
import { useNow, useWords } from '../../hooks';

/** How long ago something was; the exact time on hover. */
export function Age(props: { at: string }) {
  const t = useWords();
  const now = useNow(true, 10_000);
  return (
    <time dateTime={props.at} title={formatDateTime(props.at, t)}>
      {formatAge(props.at, now, t)}
    </time>
  );
}
