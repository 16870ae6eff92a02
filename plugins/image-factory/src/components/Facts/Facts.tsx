import { ReactNode } from 'react';
import styles from './Facts.module.css';

/** Terms and what they are; a fact without a value is left out. */
export function Facts(props: {
  facts: { term: string; value: ReactNode | undefined }[];
}) {
  return (
    <dl className={styles.facts}>
      {props.facts
        .filter(fact => fact.value !== undefined)
        .map(fact => (
          <div key={fact.term} className={styles.fact}>
            <dt>{fact.term}</dt>
            <dd>{fact.value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** Something a machine reads: a reference, a path, a command. */
export function Code(props: { children: ReactNode; title?: string }) {
  return (
    <code className={styles.code} title={props.title}>
      {props.children}
    </code>
  );
}
