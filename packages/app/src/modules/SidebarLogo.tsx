import {
  Link,
  sidebarConfig,
  useSidebarOpenState,
} from '@backstage/core-components';
import { makeStyles } from '@material-ui/core/styles';

const useStyles = makeStyles({
  root: {
    height: 64,
    display: 'flex',
    alignItems: 'center',
  },
  link: {
    display: 'flex',
    alignItems: 'center',
    gap: 12,
    marginLeft: (sidebarConfig.drawerWidthClosed - 32) / 2,
    color: '#ffffff',
    fontSize: 18,
    fontWeight: 600,
    whiteSpace: 'nowrap',
    overflow: 'hidden',
  },
});

/** The mark of the portal, with its name where the sidebar is open. */
export function SidebarLogo() {
  const classes = useStyles();
  const { isOpen } = useSidebarOpenState();
  return (
    <div className={classes.root}>
      <Link to="/" underline="none" className={classes.link} aria-label="Home">
        <svg width="32" height="32" viewBox="0 0 32 32" aria-hidden>
          <path d="M16 3 28 9.5 16 16 4 9.5Z" fill="#9cc9ff" />
          <path d="M4 12.5 15 18.5V29L4 23Z" fill="#4a90e2" />
          <path d="M28 12.5 17 18.5V29L28 23Z" fill="#2f6db5" />
        </svg>
        {isOpen && <span>Image Factory</span>}
      </Link>
    </div>
  );
}
