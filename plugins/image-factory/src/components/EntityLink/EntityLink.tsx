import { EntityRefLink } from '@backstage/plugin-catalog-react';
import { useIsEntityNamed } from './useIsEntityNamed';
import styles from './EntityLink.module.css';

/** A link to an entity by its title. Its name is not shown in place of the title while that is on its way: it would change under the eyes of the reader. */
export function EntityLink(props: {
  entityRef: string;
  defaultKind?: string;
  hideIcon?: boolean;
}) {
  const isNamed = useIsEntityNamed(props.entityRef);
  return (
    <EntityRefLink
      {...props}
      className={isNamed ? undefined : styles.unnamed}
    />
  );
}
