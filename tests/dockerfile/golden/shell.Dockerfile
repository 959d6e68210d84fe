# Robot "hello", by rcc-oci VERSION.
#
# The context is the robot's folder, which holds robot.yaml. Put into it:
#
#     rcc           rcc for Linux, amd64: https://github.com/joshyorko/rcc/releases
#     Dockerfile    rcc-oci dockerfile > Dockerfile
#     .dockerignore rcc-oci dockerfile --print-dockerignore > .dockerignore
#
# and build it there:
#
#     docker build --tag NAME .
#     buildah build --tag NAME .

# An image with /bin/sh and the usual tools.
ARG BASE_IMAGE=docker.io/library/debian:stable-slim

FROM ${BASE_IMAGE} AS build
USER 0:0
ENV HOME="/home/robot" \
    USER="robot" \
    ROBOCORP_HOME="/home/robot/.robocorp" \
    RCC_AUTOUPDATES_RCC_INDEX="http://127.0.0.1:9/"
COPY ["rcc", "/usr/local/bin/rcc"]
# The user, unless the base has it, and the user's folders.
RUN ["/bin/sh", "-euc", "\
    touch /etc/passwd /etc/group\n\
    found=$(sed -n \"s/^$1:[^:]*:\\([0-9]*\\):.*/\\1/p\" /etc/passwd)\n\
    if [ \"${found:-$2}\" != \"$2\" ]; then\n\
      echo \"the base has the user $1 as $found: name it by --user $1:$found\" >&2; exit 1\n\
    fi\n\
    [ -n \"$found\" ] || printf '%s\\n' \"$4\" >> /etc/passwd\n\
    [ -z \"$5\" ] || grep -q \"^[^:]*:[^:]*:$3:\" /etc/group || printf '%s\\n' \"$5\" >> /etc/group\n\
    chmod 0755 /usr/local/bin/rcc\n\
    owner=$6; shift 6; mkdir -p \"$@\"; chown \"$owner\" \"$@\"\n\
", "sh", "robot", "1000", "1000", "robot:x:1000:1000:robot:/home/robot:/bin/sh", "robot:x:1000:", "1000:1000", "/home/robot", "/home/robot/app", "/home/robot/.robocorp"]
USER 1000:1000
# The robot, and what spares rcc a wait at its first start.
COPY --chown=1000:1000 [".", "/home/robot/app/"]
RUN ["/bin/sh", "-euc", "\
    cd /home/robot/app; rm -rf rcc hololib.zip \"./$1\"; mkdir -p \"./$1\"; chmod -R u=rwX,go=rX .\n\
    mkdir -p \"$2/templates\"\n\
    printf %s \"$3\" > \"$2/rcc.yaml\"\n\
    printf %s \"$4\" > \"$2/rcccache.yaml\"\n\
    printf %s \"$5\" > \"$2/templates/rcc.json\"\n\
    touch -t 203701010000 \"$2/templates/rcc.json\"\n\
    chmod 0600 \"$2/rcc.yaml\" \"$2/rcccache.yaml\"\n\
", "sh", "output", "/home/robot/.robocorp", "tracking:\n    identity: a2075c4f-cb0e-82ee-855f-e2ef3a072cb2\n", "credentials: {}\nstamps: {}\nusers:\n- robot\n", "{\"tested\": []}\n"]

FROM ${BASE_IMAGE}
USER 0:0
COPY --from=build ["/usr/local/bin/rcc", "/usr/local/bin/rcc"]
COPY --from=build ["/etc/passwd", "/etc/group", "/etc/"]
COPY --from=build ["/home/robot/", "/home/robot/"]
# COPY keeps the owners of what is in a folder, not the folder's own.
RUN ["chown", "1000:1000", "/home/robot"]
# The base's health check is about another program.
HEALTHCHECK NONE
ENV HOME="/home/robot" \
    USER="robot" \
    ROBOCORP_HOME="/home/robot/.robocorp" \
    RCC_NO_BUILD="1" \
    RCC_AUTOUPDATES_RCC_INDEX="http://127.0.0.1:9/"
LABEL org.opencontainers.image.base.name="docker.io/library/debian:stable-slim" \
    org.opencontainers.image.title="hello"
WORKDIR /home/robot/app
USER 1000:1000
ENTRYPOINT ["/usr/local/bin/rcc", "run", "--robot", "/home/robot/app/robot.yaml"]
CMD []
