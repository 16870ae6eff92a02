import { useId } from 'react';
import {
  Button,
  ButtonProps,
  Tooltip,
  TooltipTrigger,
  VisuallyHidden,
} from '@backstage/ui';
import { RiLockLine } from '@remixicon/react';
import styles from './ActionButton.module.css';

/**
 * A button for what may be denied. Where it is, it does nothing and says why,
 * on hover and on focus: a button that is disabled for the browser could not be
 * reached by keyboard, and would keep its reason to itself.
 */
export function ActionButton(
  props: ButtonProps & { denial: { reason: string } | undefined },
) {
  const { denial, ...button } = props;
  const reasonId = useId();
  if (!denial) {
    return <Button {...button} />;
  }
  return (
    <>
      <TooltipTrigger delay={0}>
        <Button
          {...button}
          type="button"
          iconStart={<RiLockLine aria-hidden />}
          className={styles.denied}
          aria-disabled="true"
          aria-describedby={reasonId}
          onPress={undefined}
        />
        <Tooltip>{denial.reason}</Tooltip>
      </TooltipTrigger>
      <VisuallyHidden id={reasonId}>{denial.reason}</VisuallyHidden>
    </>
  );
}
