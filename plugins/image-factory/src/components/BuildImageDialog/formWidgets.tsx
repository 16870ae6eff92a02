import { Checkbox, Select, Text } from '@backstage/ui';
import { WidgetProps } from '@rjsf/utils';
import { useId } from 'react';
import { CheckedTextField } from './CheckedTextField';
import styles from './BuildImageDialog.module.css';

/** Text and numbers. */
export function TextWidget(props: WidgetProps) {
  const { label, value, schema, options, required, disabled, onChange } = props;
  return (
    <CheckedTextField
      label={label}
      description={schema.description}
      value={value === undefined || value === null ? '' : String(value)}
      placeholder={props.placeholder}
      isRequired={required}
      isDisabled={disabled}
      errors={props.rawErrors ?? []}
      onChange={text => onChange(text === '' ? options.emptyValue : text)}
    />
  );
}

/** One of several. */
export function SelectWidget(props: WidgetProps) {
  const { label, value, schema, options, required, disabled, onChange } = props;
  const choices = options.enumOptions ?? [];
  const errors = props.rawErrors ?? [];
  return (
    <>
      <Select
        label={label}
        description={schema.description}
        isRequired={required}
        isDisabled={disabled}
        isInvalid={errors.length > 0}
        options={choices.map((choice, index) => ({
          id: String(index),
          label: choice.label,
        }))}
        value={String(choices.findIndex(choice => choice.value === value))}
        onChange={key => onChange(choices[Number(key)]?.value)}
      />
      <FieldErrors errors={errors} />
    </>
  );
}

/** Yes or no. */
export function CheckboxWidget(props: WidgetProps) {
  const { label, value, schema, disabled, onChange } = props;
  const descriptionId = useId();
  return (
    <div>
      <Checkbox
        aria-describedby={schema.description ? descriptionId : undefined}
        isSelected={Boolean(value)}
        isDisabled={disabled}
        onChange={onChange}
      >
        {label}
      </Checkbox>
      {schema.description && (
        <Text as="p" id={descriptionId} color="secondary" variant="body-small">
          {schema.description}
        </Text>
      )}
      <FieldErrors errors={props.rawErrors ?? []} />
    </div>
  );
}

/** Errors of a part that has no place of its own for them. */
export function FieldErrors(props: { errors: string[] }) {
  return props.errors.length > 0 ? (
    <div role="alert" className={styles.error}>
      {props.errors.join(' ')}
    </div>
  ) : null;
}
