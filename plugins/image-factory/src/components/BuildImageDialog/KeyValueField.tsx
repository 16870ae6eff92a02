import { useState } from 'react';
import { Button, ButtonIcon, Text, TextField } from '@backstage/ui';
import { RiAddLine, RiCloseLine } from '@remixicon/react';
import { FieldProps } from '@rjsf/utils';
import { useWords } from '../../hooks';
import { CheckedTextField } from './CheckedTextField';
import { FieldErrors } from './formWidgets';
import { Row, rowErrors } from './rowErrors';
import styles from './BuildImageDialog.module.css';

/** What the fields of a method's form tell the dialog beside their data. */
export type FormContext = {
  /** Whether an input holds something that its data cannot. */
  onIncomplete: (input: string, isIncomplete: boolean) => void;
};

/**
 * Names and values of the reader's choosing. The rows are kept beside the data:
 * an object could hold neither a row without a name nor two of the same name,
 * and either is on the way to what the reader means. Until then it is marked,
 * and keeps the dialog from building without it.
 */
export function KeyValueField(props: FieldProps) {
  const t = useWords();
  const { schema, name, formData, onChange, idSchema } = props;
  const [rows, setRows] = useState<Row[]>(() => toRows(formData));
  const title = schema.title ?? name;

  const errors = rowErrors(t, rows);
  const context: FormContext | undefined = props.registry.formContext;

  const change = (next: Row[]) => {
    setRows(next);
    onChange(toObject(next), undefined, idSchema.$id);
    context?.onIncomplete(name, rowErrors(t, next).some(Boolean));
  };
  const edit = (index: number, part: Partial<Row>) =>
    change(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  const labelOf = (index: number, part: string) =>
    t('dialog.rowOf', { title, part, number: String(index + 1) });

  return (
    <fieldset className={styles.rows}>
      <legend>
        <Text variant="body-small" weight="bold">
          {title}
        </Text>
      </legend>
      {schema.description && (
        <Text variant="body-small" color="secondary">
          {schema.description}
        </Text>
      )}
      {rows.map((row, index) => (
        <div key={index} className={styles.row}>
          <CheckedTextField
            aria-label={labelOf(index, t('dialog.keyName'))}
            placeholder={t('dialog.keyName')}
            value={row.key}
            onChange={key => edit(index, { key })}
            errors={[errors[index] ?? []].flat()}
          />
          <TextField
            aria-label={labelOf(index, t('dialog.keyValue'))}
            placeholder={t('dialog.keyValue')}
            value={row.value}
            onChange={value => edit(index, { value })}
          />
          <ButtonIcon
            variant="tertiary"
            aria-label={t('dialog.removeRow', {
              name: row.key || String(index + 1),
            })}
            icon={<RiCloseLine />}
            onPress={() => change(rows.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <div>
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiAddLine />}
          aria-label={t('dialog.addRowTo', { title })}
          onPress={() => setRows([...rows, { key: '', value: '' }])}
        >
          {t('dialog.addRow')}
        </Button>
      </div>
      <FieldErrors errors={props.rawErrors ?? []} />
    </fieldset>
  );
}

function toRows(data: unknown): Row[] {
  return Object.entries(typeof data === 'object' && data ? data : {}).map(
    ([key, value]) => ({ key, value: String(value) }),
  );
}

function toObject(rows: Row[]): Record<string, string> | undefined {
  const named = rows.filter(row => row.key !== '');
  return named.length > 0
    ? Object.fromEntries(named.map(({ key, value }) => [key, value]))
    : undefined;
}
