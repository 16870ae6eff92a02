import { FieldTemplateProps, ObjectFieldTemplateProps } from '@rjsf/utils';
import styles from './BuildImageDialog.module.css';

/** A field as it is: the widgets bring label, description and errors themselves. */
export function FieldTemplate(props: FieldTemplateProps) {
  return props.hidden ? (
    <div hidden>{props.children}</div>
  ) : (
    <div>{props.children}</div>
  );
}

/** The inputs one below the other. */
export function ObjectFieldTemplate(props: ObjectFieldTemplateProps) {
  return (
    <div className={styles.form}>
      {props.properties.map(property => (
        <div key={property.name} hidden={property.hidden}>
          {property.content}
        </div>
      ))}
    </div>
  );
}
