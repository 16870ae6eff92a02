import { ReactNode, useId } from 'react';
import { Card, CardBody, Text } from '@backstage/ui';
import styles from './Section.module.css';

/** A titled card; a region of the page by its title. */
export function Section(props: {
  title: string;
  /** The heading's level; `h2` unless the page has a heading of its own above. */
  level?: 'h2' | 'h3';
  tone?: 'danger' | 'warning';
  note?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <Card
      role="region"
      aria-labelledby={id}
      className={styles.section}
      data-tone={props.tone}
    >
      <CardBody className={styles.body}>
        <div className={styles.head}>
          <Text
            as={props.level ?? 'h2'}
            variant="title-x-small"
            weight="bold"
            id={id}
          >
            {props.title}
          </Text>
          {props.note && <Text color="secondary">{props.note}</Text>}
          {props.action && <div className={styles.action}>{props.action}</div>}
        </div>
        {props.children}
      </CardBody>
    </Card>
  );
}
