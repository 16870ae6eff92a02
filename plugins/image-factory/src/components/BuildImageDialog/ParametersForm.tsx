import { useEffect, useMemo } from 'react';
import { withTheme } from '@rjsf/core';
import { Theme } from '@rjsf/material-ui';
import { ErrorSchema, RJSFSchema, UiSchema } from '@rjsf/utils';
import validator from '@rjsf/validator-ajv8';
import { FieldTemplate, ObjectFieldTemplate } from './formTemplates';
import { CheckboxWidget, SelectWidget, TextWidget } from './formWidgets';
import { FormContext, KeyValueField } from './KeyValueField';

/** Backstage UI where it has a part, Material UI for what a method may need beyond. */
const Form = withTheme({
  ...Theme,
  fields: { ...Theme.fields, KeyValueField },
  widgets: { ...Theme.widgets, TextWidget, SelectWidget, CheckboxWidget },
  templates: { ...Theme.templates, FieldTemplate, ObjectFieldTemplate },
});

/** The inputs of a method by their JSON Schema; the backend checks them. */
export function ParametersForm(props: {
  schema: Record<string, unknown>;
  parameters: Record<string, unknown>;
  errors: ErrorSchema;
  onChange: (parameters: Record<string, unknown>) => void;
  onIncomplete: FormContext['onIncomplete'];
  onWhole: () => void;
}) {
  const { schema, parameters, errors, onChange, onIncomplete, onWhole } = props;
  useEffect(onWhole, [onWhole]);
  const formContext = useMemo<FormContext>(
    () => ({ onIncomplete }),
    [onIncomplete],
  );
  const uiSchema = useMemo(() => toUiSchema(schema), [schema]);
  return (
    <Form
      // It stands in the dialog's form, which owns the submit.
      tagName="div"
      schema={schema as RJSFSchema}
      uiSchema={uiSchema}
      formContext={formContext}
      formData={parameters}
      validator={validator}
      extraErrors={errors}
      noValidate
      showErrorList={false}
      experimental_defaultFormStateBehavior={{
        emptyObjectFields: 'skipDefaults',
      }}
      onChange={(event, id) => {
        // Without an id nobody has typed: the form merely took up new data.
        if (id) {
          onChange(event.formData);
        }
      }}
    />
  );
}

/** Objects with free keys, such as build arguments, are edited as rows. */
function toUiSchema(schema: RJSFSchema): UiSchema {
  const uiSchema: UiSchema = { 'ui:submitButtonOptions': { norender: true } };
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (
      typeof property === 'object' &&
      property.type === 'object' &&
      property.additionalProperties &&
      !property.properties
    ) {
      uiSchema[name] = { 'ui:field': 'KeyValueField' };
    }
  }
  return uiSchema;
}
