/** The id of the executor that runs builds as processes beside the portal, which end with it. */
export const LOCAL_EXECUTOR = 'local';
