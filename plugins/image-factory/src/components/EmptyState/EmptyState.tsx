import { ReactNode } from 'react';
import { Text } from '@backstage/ui';
import styles from './EmptyState.module.css';

/** Why nothing is here, and the one thing to do about it. */
export function EmptyState(props: {
  title: string;
  detail: string;
  action?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      <Text as="h3" variant="title-x-small" weight="bold">
        {props.title}
      </Text>
      <Text as="p" color="secondary">
        {props.detail}
      </Text>
      {props.action}
    </div>
  );
}
