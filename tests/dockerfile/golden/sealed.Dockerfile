# Robot "hello", by rcc-oci VERSION.
#
# The context is the robot's folder, which holds robot.yaml. Put into it:
#
#     rcc           rcc for Linux, amd64: https://github.com/joshyorko/rcc/releases
#     hololib.zip   the environment: rcc holotree export -r robot.yaml -z hololib.zip
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
    ROBOCORP_HOME="/home/dev/.robocorp" \
    RCC_NO_BUILD="1" \
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
", "sh", "robot", "1000", "1000", "robot:x:1000:1000:robot:/home/robot:/bin/sh", "robot:x:1000:", "0:0", "/home/robot", "/home/dev/.robocorp", "/home/robot/app", "/home/dev/.robocorp", "/home/dev/.robocorp/holotree"]
# The environment: rcc takes it from hololib.zip and restores it, without a network.
COPY ["hololib.zip", "/tmp/hololib.zip"]
COPY --chown=1000:1000 ["robot.yaml", "conda.yaml", "/home/robot/app/"]
RUN ["/bin/sh", "-euc", "\
    rcc holotree import /tmp/hololib.zip\n\
    rm -f /home/robot/app/hololib.zip\n\
    rcc holotree variables --robot \"$1\" --json > /dev/null\n\
", "sh", "/home/robot/app/robot.yaml", "/home/dev/.robocorp"]
# Only the environment stays, not what it was made of.
RUN ["/bin/sh", "-euc", "\
    for entry in \"$3\"/*; do\n\
      case \"$entry\" in\n\
        \"$1\" | \"$1\".* | */global.lck) ;;\n\
        *) rm -rf \"$entry\" ;;\n\
      esac\n\
    done\n\
    for entry in \"$2\"/* \"$2\"/.[!.]*; do\n\
      case \"${entry##*/}\" in\n\
        holotree) ;;\n\
        *) rm -rf \"$entry\" ;;\n\
      esac\n\
    done\n\
", "sh", "/home/dev/.robocorp/holotree/dc4d952_5a1fac3_9fcd2534", "/home/dev/.robocorp", "/home/dev/.robocorp/holotree", "/home/dev/.robocorp/hololib"]
# The robot, and what spares rcc a wait at its first start.
COPY [".", "/home/robot/app/"]
RUN ["/bin/sh", "-euc", "\
    cd /home/robot/app; rm -rf rcc hololib.zip \"./$1\"; mkdir -p \"./$1\"; chmod -R u=rwX,go=rX .\n\
    mkdir -p \"$2/templates\"\n\
    printf %s \"$3\" > \"$2/rcc.yaml\"\n\
    printf %s \"$4\" > \"$2/rcccache.yaml\"\n\
    printf %s \"$5\" > \"$2/templates/rcc.json\"\n\
    touch -t 203701010000 \"$2/templates/rcc.json\"\n\
    chown \"$6\" \"./$1\"; artifacts=$1; shift 6\n\
    find \"$@\" -type d -exec chmod 0755 {} +\n\
    chmod -R a+rX,u-s,g-s \"$@\"; chmod 0777 \"./$artifacts\"\n\
", "sh", "output", "/home/dev/.robocorp", "tracking:\n    identity: a2075c4f-cb0e-82ee-855f-e2ef3a072cb2\n", "credentials: {}\nstamps: {}\nusers:\n- robot\n", "{\"tested\": []}\n", "1000:1000", "/home/robot", "/home/dev/.robocorp"]

FROM ${BASE_IMAGE}
USER 0:0
COPY --from=build ["/usr/local/bin/rcc", "/usr/local/bin/rcc"]
COPY --from=build ["/etc/passwd", "/etc/group", "/etc/"]
COPY --from=build ["/home/robot/", "/home/robot/"]
COPY --from=build ["/home/dev/.robocorp/", "/home/dev/.robocorp/"]
# The base's health check is about another program.
HEALTHCHECK NONE
ENV HOME="/home/robot" \
    USER="robot" \
    ROBOCORP_HOME="/home/dev/.robocorp" \
    RCC_NO_BUILD="1" \
    RCC_AUTOUPDATES_RCC_INDEX="http://127.0.0.1:9/" \
    RCC_NO_TEMP_MANAGEMENT="1"
LABEL org.opencontainers.image.base.name="docker.io/library/debian:stable-slim" \
    org.opencontainers.image.title="hello" \
    rcc-oci.environment.catalog="95867f930bb13171" \
    rcc-oci.environment.rcc-version="v18.18.1"
WORKDIR /home/robot/app
USER 1000:1000
ENTRYPOINT ["/usr/local/bin/rcc", "run", "--warranty-voided", "--robot", "/home/robot/app/robot.yaml"]
CMD []
