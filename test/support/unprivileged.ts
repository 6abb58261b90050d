/** As a script for `Workspace.shell`: root may enter everything, unless it is told not to. Requires setpriv. */
export const unprivileged = `drop=-dac_override,-dac_read_search
[ "$(id -u)" = 0 ] && exec setpriv --bounding-set=$drop --inh-caps=$drop "$0" "$@"
exec "$0" "$@"`;
