import { makeStyles } from '@material-ui/core/styles';

const useStyles = makeStyles(theme => ({
  banner: {
    position: 'fixed',
    insetInline: 0,
    bottom: 0,
    zIndex: theme.zIndex.appBar,
    padding: theme.spacing(1, 2),
    textAlign: 'center',
    color: '#ffffff',
    background: '#8a3b00',
  },
}));

/** Says of every page that nothing on it is real. */
export function ScriptedBanner(props: { backend: string }) {
  const classes = useStyles();
  return (
    <aside className={classes.banner}>
      Scripted data: no backend answers at {props.backend}, so builds here are
      made up. Start one with <code>yarn dev</code> and reload.
    </aside>
  );
}
