import { formatAge } from '../../format';
import { useNow } from '../../hooks';

/** How long ago something was; the exact time on hover. */
export function Age(props: { at: string }) {
  const now = useNow(true, 10_000);
  return (
    <time dateTime={props.at} title={new Date(props.at).toLocaleString()}>
      {formatAge(props.at, now)}
    </time>
  );
}
