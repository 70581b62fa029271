/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The heat of a PowerEdge R730 with two processors and six fans, as differential equations.
 *
 *     inlet --> air --> heatsink 1 <-> junction 1 <- power 1        x   = fan speed / 10000 RPM
 *       ^        |  \-> heatsink 2 <-> junction 2 <- power 2        u   = load, 0 to 1
 *      fans      +----> GPU                                         all temperatures C, power W
 *
 *     fan       d rpm/dt = (a + b duty - rpm) / tau
 *     air       Cc dTc/dt = Ppre - Ga x (Tc - Tin)
 *     junction  Cj dTj/dt = P - (Tj - Th) / Rj
 *     heatsink  Ch dTh/dt = (Tj - Th) / Rj - G1 x^n g (Th - Tc)
 *     power     P = s (P0 + P1 u thr) (1 + kappa (Tj - 60)),  thr = 1 - 0.1 (Tj - 92) in 0.3..1
 *     GPU       Rg Cg dTg/dt = Tc + Pg Rg - Tg
 *     wall      (sum P + 118 + Pg) / 0.92 + 0.0205 (rpm / 1000)^3
 *     sensor    averaged over 4 s, sigma 0.4 C, whole degrees
 *     noise     45 dBA + 50 log10(rpm / 7080)
 *
 * Where the numbers come from: the steady states are fitted to two sweeps of fan speed on one
 * machine. Sweep A, load about half: 7080 RPM 71.5 C, 9360 65.5, 12800 60.5, 17000 55.5; the model
 * is off by 0.6 C rms. Sweep B, run queue 16 to 21: 7080 RPM 68 C, 4800 73, 6360 72, 9360 65,
 * 11040 61, 12720 59, 16920 59; off by 1.9 C rms, worst 3.5 C too hot at 4800 RPM. Inlet
 * temperature and GPU power were not recorded; they are fitted (21.4 C in A, 28.6 C in B). Time
 * constants, the exhaust, the GPU and the 45 dBA are chosen: differences of dBA are meant.
 *
 * Each node goes towards its own equilibrium by 1 - exp(-dt / tau), in the order fan, air, GPU,
 * junction, heatsink, sensor. The fixed point is exact and no dt is unstable; through steps of load
 * and fans it stays within 0.11 C of a fine solver at dt 1 s, and 0.21 C at 2 s.
 */
#ifndef SIM_PLANT_H
#define SIM_PLANT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/firmware.h"
#include "sim/rng.h"

enum {
    SIM_CPUS = 2,
    SIM_FANS = 6,
    SIM_ALL_FANS = -1,
    SIM_ORDERS_MAX = 4,    /* fan commands that are on their way */
    SIM_STEP_MS = 1000,    /* of sim_plant_advance(), however it is called */
    SIM_COMMAND_MS = 1000, /* from a fan command to its effect */
};

/* What the plant measures of itself; the averaged, noisy and rounded part of it. */
enum sim_probe { SIM_PROBE_CPU1, SIM_PROBE_CPU2, SIM_PROBE_INLET, SIM_PROBE_EXHAUST, SIM_PROBES };

/* Parameters; the names are those of the equations. */
struct sim_plant_cfg {
    double fan_rpm;               /* a: 1812 RPM at duty 0 */
    double fan_rpm_per_pct;       /* b: 152.8 */
    double fan_min_rpm;           /* 1800 */
    double fan_max_rpm;           /* 17100 */
    double fan_up_s;              /* tau: 3 faster, */
    double fan_down_s;            /*      6 slower */
    double air_j_per_k;           /* Cc: 6000 */
    double air_w;                 /* Ppre: 45, what the air takes up before the processors */
    double air_w_per_k;           /* Ga: 33, at 10000 RPM */
    double heatsink_j_per_k;      /* Ch: 300 */
    double heatsink_w_per_k;      /* G1: 3.009, at 10000 RPM */
    double heatsink_exponent;     /* n: 0.5216 */
    double heatsink_of[SIM_CPUS]; /* g: 1, 1.06 */
    double junction_j_per_k;      /* Cj: 20 */
    double junction_k_per_w;      /* Rj: 0.1647 */
    double cpu_idle_w;            /* P0: 25 */
    double cpu_range_w;           /* P1: 110 */
    double cpu_leak_per_k;        /* kappa: 0.002, from 60 C */
    double cpu_of[SIM_CPUS];      /* s: 1, 0.96 */
    double gpu_w;                 /* Pg: 10, an idle card */
    double gpu_k_per_w;           /* Rg: 0.6 */
    double gpu_j_per_k;           /* Cg: 150 */
    double other_w;               /* 118: boards, disks, memory */
    double supply_efficiency;     /* 0.92 */
    double fan_w_per_krpm3;       /* 0.0205 */
    double sensor_s;              /* 4 */
    double sensor_sigma_k;        /* 0.4 */
};

/* One fan command; the whole wish, so that an order never depends on an earlier one. */
struct sim_order {
    uint64_t due_ms; /* on the plant's own clock */
    bool is_manual;
    bool has_duty[SIM_FANS]; /* no duty was ever commanded: the fan keeps what it has */
    double duty_pct[SIM_FANS];
};

/* Fields may be read; load, inlet_c, gpu_w and is_stuck may be written at any time; the rest
 * belongs to plant.c. A plain value: copying it copies the machine. */
struct sim_plant {
    struct sim_plant_cfg cfg;
    double load;    /* 0..1 */
    double inlet_c; /* any */
    double gpu_w;
    bool is_stuck[SIM_FANS];

    uint64_t now_ms; /* since the start; whole steps are done up to rest_ms before it */
    uint64_t rest_ms;
    struct sim_order wish; /* what was last commanded */
    struct sim_order order[SIM_ORDERS_MAX];
    unsigned n_orders;
    bool is_manual; /* what the fans follow now */
    double duty_pct[SIM_FANS];
    struct sim_firmware firmware;

    double rpm[SIM_FANS];
    double air_c;
    double heatsink_c[SIM_CPUS];
    double junction_c[SIM_CPUS]; /* the true temperatures */
    double cpu_w[SIM_CPUS];
    double gpu_c;
    double probe_c[SIM_PROBES];  /* averaged */
    int32_t shown_c[SIM_PROBES]; /* with noise, rounded: what a sensor says */
    struct sim_rng rng;          /* of the noise; drawn once a step */
};

/* The numbers above. */
struct sim_plant_cfg sim_plant_defaults(void);

/* A machine that has run for an hour at this load (0..1) and inlet under its own firmware. cfg is
 * copied. */
void sim_plant_init(struct sim_plant *plant, const struct sim_plant_cfg *cfg, uint64_t seed,
                    double load, double inlet_c);

/* One step of the equations, dt_s > 0; more than 2 s is inexact. Does not touch the clock. */
void sim_plant_step(struct sim_plant *plant, double dt_s);

/* Let ms milliseconds pass, in steps of SIM_STEP_MS: the result does not depend on how the time is
 * cut into calls, and readings change at whole steps. */
void sim_plant_advance(struct sim_plant *plant, uint64_t ms);

/* Fan commands, each with effect SIM_COMMAND_MS later. A duty is remembered while the firmware has
 * the fans and holds from the next change to manual; fan is 0..SIM_FANS-1 or SIM_ALL_FANS, others
 * are ignored. */
void sim_plant_set_manual(struct sim_plant *plant, bool is_manual);
void sim_plant_set_duty(struct sim_plant *plant, int fan, double duty_pct);

/* Manual mode and every duty forgotten: what a restart of the BMC may do. */
void sim_plant_forget(struct sim_plant *plant);

/* Mean speed of the six fans, stopped ones included. */
double sim_plant_rpm(const struct sim_plant *plant);

/* Power drawn from the wall, and the fans' part of it, W. */
double sim_plant_wall_w(const struct sim_plant *plant);
double sim_plant_fan_w(const struct sim_plant *plant);

/* Loudness of fans at rpm > 0, dBA. */
double sim_noise_dba(double rpm);

#endif
