import { useEffect, useState } from 'react';
import { useApiHolder } from '@backstage/core-plugin-api';
import { entityPresentationApiRef } from '@backstage/plugin-catalog-react';

/** A title that takes longer is not worth an empty place. */
const LONGEST_MS = 1_000;

/** Whether an entity is shown as it stays, since its title is there, or has none, or takes too long. */
export function useIsEntityNamed(entityRef: string): boolean {
  const presentations = useApiHolder().get(entityPresentationApiRef);
  const [named, setNamed] = useState<string>();
  // Asked for once, and told without a wait where it is at hand.
  const [isAtHand] = useState(
    () => !presentations?.forEntity(entityRef).update$,
  );
  useEffect(() => {
    let isLeft = false;
    const settle = () => {
      if (!isLeft) setNamed(entityRef);
    };
    const timer = setTimeout(settle, LONGEST_MS);
    presentations?.forEntity(entityRef).promise.then(settle, settle);
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [presentations, entityRef]);
  return isAtHand || named === entityRef;
}
