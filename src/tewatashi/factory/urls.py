"""The routes of the factory."""

from __future__ import annotations

from django.urls import path

from tewatashi.factory import binding, intake
from tewatashi.factory.views import (
    acts,
    carried,
    contracts,
    end,
    floor,
    home,
    jobs,
    plan,
    preparing,
    proofs,
    reporting,
    where,
)
from tewatashi.factory.views.login_notices import login_notices_page
from tewatashi.factory.views.shown import EVERYBODY, WORKERS
from tewatashi.sitekit import (
    contract_paper_views,
    form_views,
    job_paper_views,
    letters_api,
    paper_views,
    parcels_api,
    safeguard_views,
)
from tewatashi.sitekit import urls as sitekit
from tewatashi.sitekit.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", home.home, name="home"),
    path("closed", home.closed, name="closed"),
    path("where", where.where, name="where"),
    path("contracts/<str:number>", contracts.show, name="contract"),
    path("contracts/<str:number>/acknowledge", contracts.acknowledge, name="acknowledge_workflow"),
    path("contracts/<str:number>/roster", contracts.roster, name="roster"),
    path("contracts/<str:number>/login-notices", login_notices_page, name="login_notices"),
    path("contracts/<str:number>/emergency", preparing.emergency, name="emergency"),
    path("contracts/<str:number>/training", preparing.training, name="training"),
    path("contracts/<str:number>/pledges", preparing.pledges, name="pledges"),
    path("contracts/<str:number>/proofs/<str:form>", proofs.proof, name="proof"),
    *contract_paper_views.patterns(EVERYBODY),
    path("jobs/<str:number>", jobs.show, name="job"),
    path("jobs/<str:number>/state.json", jobs.state, name="job_state"),
    path("jobs/<str:number>/piece", jobs.piece, name="piece"),
    path("jobs/<str:number>/arrive", carried.arrive, name="arrive"),
    path("jobs/<str:number>/take-in", carried.take_in, name="take_in"),
    path("jobs/<str:number>/countersign", carried.countersign, name="countersign"),
    path("jobs/<str:number>/lose", carried.lose, name="lose"),
    path("jobs/<str:number>/open", acts.open_parcel, name="open"),
    path("jobs/<str:number>/compose", acts.compose, name="compose"),
    path("jobs/<str:number>/print", acts.print_job, name="print"),
    path("jobs/<str:number>/acknowledge-withdrawals", acts.acknowledge_withdrawals, name="acknowledge_withdrawals"),
    path("jobs/<str:number>/reads", floor.reads, name="reads"),
    path("machine/jobs/<str:number>/reads", floor.machine_reads, name="machine_reads"),
    path("jobs/<str:number>/scan", floor.scan, name="scan"),
    path("jobs/<str:number>/reconciliation", floor.reconciliation, name="reconciliation"),
    path("jobs/<str:number>/remake", floor.remake, name="remake"),
    path("jobs/<str:number>/enclose", floor.enclose, name="enclose"),
    path("jobs/<str:number>/plan", plan.plan, name="plan"),
    path("jobs/<str:number>/plan/check-insert", plan.check_insert, name="check_insert"),
    path("jobs/<str:number>/plan/<str:name>.csv", plan.plan_list, name="plan_list"),
    path("jobs/<str:number>/plan/machines/<str:machine>", plan.machine_list, name="machine_list"),
    path("jobs/<str:number>/box-labels.pdf", plan.labels, name="box_labels"),
    path("jobs/<str:number>/deliver", end.deliver, name="deliver"),
    path("jobs/<str:number>/erase", end.erase, name="erase"),
    path("jobs/<str:number>/claim", end.claim, name="claim"),
    path("jobs/<str:number>/erasure-report.pdf", end.erasure_report, name="erasure_report"),
    path("jobs/<str:number>/seal-report", reporting.seal_report, name="seal_report"),
    path("jobs/<str:number>/reports/<str:report>.age", reporting.report_file, name="report_file"),
    path("jobs/<str:number>/hand-report", reporting.hand_report, name="hand_report"),
    path("jobs/<str:number>/hand-report-notice", reporting.hand_report_notice, name="hand_report_notice"),
    path("jobs/<str:number>/move", end.move, name="move"),
    *job_paper_views.patterns(EVERYBODY, binding.bind),
    *form_views.patterns(EVERYBODY),
    *safeguard_views.patterns(EVERYBODY),
    *safeguard_views.report_patterns(EVERYBODY),
    *paper_views.patterns(WORKERS, EVERYBODY),
    *letters_api.patterns({"gateway"}),
    *parcels_api.patterns({"gateway"}, intake.take_in),
    *sitekit.patterns,
]
