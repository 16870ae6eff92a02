import { ForwardedRef, forwardRef } from 'react';
import { TextField, TextFieldProps } from '@backstage/ui';

type CheckedTextFieldProps = Omit<TextFieldProps, 'validate' | 'isInvalid'> & {
  errors: string[];
};

/** A text field that shows what is wrong with its value, as soon as it is known. */
export const CheckedTextField = forwardRef(FieldWithErrors);

function FieldWithErrors(
  props: CheckedTextFieldProps,
  ref: ForwardedRef<HTMLDivElement>,
) {
  const { errors, ...rest } = props;
  return (
    <TextField
      {...rest}
      ref={ref}
      // Told from outside: the browser's own bubbles would hide it until a submit.
      validationBehavior="aria"
      validate={() => (errors.length > 0 ? errors : true)}
    />
  );
}
