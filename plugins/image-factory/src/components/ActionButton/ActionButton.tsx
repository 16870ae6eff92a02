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
  const denied: Partial<ButtonProps> = {
    type: 'button',
    iconStart: <RiLockLine aria-hidden />,
    className: styles.denied,
    'aria-disabled': 'true',
    'aria-describedby': reasonId,
    onPress: undefined,
  };
  // One tree in both cases: a denial that comes late must not take the focus away.
  return (
    <>
      <TooltipTrigger delay={0} isDisabled={!denial}>
        <Button {...button} {...(denial && denied)} />
        <Tooltip>{denial?.reason}</Tooltip>
      </TooltipTrigger>
      {denial && <VisuallyHidden id={reasonId}>{denial.reason}</VisuallyHidden>}
    </>
  );
}
