"""The names that well-known packages' model classes add to derived models.

Made by scripts/package_bases.py, which runs Django with several releases of each package.
``PACKAGE_NAMES`` is all. Data only.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "django_extensions.db.models.ActivatorModel": (
            "ACTIVE_STATUS INACTIVE_STATUS STATUS_CHOICES get_status_display "
        ),
        "django_extensions.db.models.TimeStampedModel": (
            "get_next_by_created get_next_by_modified get_previous_by_created "
            "get_previous_by_modified "
        ),
        "django_extensions.db.models.TitleDescriptionModel": "",
        "django_extensions.db.models.TitleSlugDescriptionModel": "",
        "django_lifecycle.LifecycleModel": ("has_changed initial_value "),
        "django_lifecycle.LifecycleModelMixin": ("has_changed initial_value "),
        "guardian.mixins.GuardianUserMixin": ("add_obj_perm del_obj_perm get_anonymous "),
        "model_utils.models.SoftDeletableModel": ("all_objects available_objects "),
        "model_utils.models.TimeFramedModel": ("timeframed "),
        "model_utils.models.TimeStampedModel": (
            "get_next_by_created get_next_by_modified get_previous_by_created "
            "get_previous_by_modified "
        ),
        "model_utils.models.UUIDModel": "",
        "modelcluster.models.ClusterableModel": (
            "copy_all_child_relations copy_child_relation copy_cluster from_json "
            "from_serializable_data serializable_data to_json "
        ),
        "mptt.models.MPTTModel": (
            "get_ancestors get_children get_descendant_count get_descendants get_family "
            "get_leafnodes get_level get_next_sibling get_previous_sibling get_root get_siblings "
            "insert_at is_ancestor_of is_child_node is_descendant_of is_leaf_node is_root_node "
            "move_to "
        ),
        "ordered_model.models.OrderedModel": (
            "above below bottom down get_order_with_respect_to get_ordering_queryset next "
            "order_class_path order_field_name order_with_respect_to previous swap to top up "
        ),
        "ordered_model.models.OrderedModelBase": (
            "above below bottom down get_order_with_respect_to get_ordering_queryset next "
            "order_class_path order_field_name order_with_respect_to previous swap to top up "
        ),
        "polymorphic.models.PolymorphicModel": (
            "get_real_concrete_instance_class get_real_concrete_instance_class_id "
            "get_real_instance get_real_instance_class polymorphic_internal_model_fields "
            "polymorphic_model_marker polymorphic_primary_key_name "
            "polymorphic_query_multiline_output pre_save_polymorphic "
            "translate_polymorphic_Q_object "
        ),
        "safedelete.models.SafeDeleteMixin": (
            "all_objects deleted_objects hard_delete_cascade_policy_action "
            "hard_delete_policy_action has_unique_fields soft_delete_cascade_policy_action "
            "soft_delete_policy_action undelete "
        ),
        "safedelete.models.SafeDeleteModel": (
            "all_objects deleted_objects hard_delete_cascade_policy_action "
            "hard_delete_policy_action has_unique_fields soft_delete_cascade_policy_action "
            "soft_delete_policy_action undelete "
        ),
        "solo.models.SingletonModel": (
            "clear_cache get_cache_key get_solo set_to_cache singleton_instance_id "
        ),
        "taggit.models.CommonGenericTaggedItemBase": (
            "content_object lookup_kwargs natural_key tag_model tag_relname tags_for "
            "wagtail_reference_index_ignore "
        ),
        "taggit.models.GenericTaggedItemBase": (
            "content_object lookup_kwargs natural_key natural_key_fields tag_model tag_relname "
            "tags_for wagtail_reference_index_ignore "
        ),
        "taggit.models.ItemBase": (
            "lookup_kwargs natural_key tag_model tag_relname tags_for "
            "wagtail_reference_index_ignore "
        ),
        "taggit.models.TagBase": ("natural_key natural_key_fields slugify "),
        "taggit.models.TaggedItemBase": (
            "lookup_kwargs natural_key tag_model tag_relname tags_for "
            "wagtail_reference_index_ignore "
        ),
        "treebeard.al_tree.AL_Node": (
            "MOVENODE_FORM_EXCLUDED_FIELDS TREEBEARD_IDENTIFYING_FIELD add_child add_root "
            "add_sibling dump_bulk find_problems fix_tree get_ancestors get_annotated_list "
            "get_annotated_list_qs get_children get_children_count get_depth get_descendant_count "
            "get_descendants get_descendants_group_count get_first_child get_first_root_node "
            "get_first_sibling get_last_child get_last_root_node get_last_sibling "
            "get_next_sibling get_parent get_prev_sibling get_root get_root_nodes get_siblings "
            "get_tree is_child_of is_descendant_of is_leaf is_root is_sibling_of load_bulk move "
            "node_order_by "
        ),
        "treebeard.mp_tree.MP_Node": (
            "MOVENODE_FORM_EXCLUDED_FIELDS TREEBEARD_IDENTIFYING_FIELD add_child add_root "
            "add_sibling alphabet dump_bulk find_problems fix_tree get_ancestors "
            "get_annotated_list get_annotated_list_qs get_children get_children_count get_depth "
            "get_descendant_count get_descendants get_descendants_group_count get_first_child "
            "get_first_root_node get_first_sibling get_last_child get_last_root_node "
            "get_last_sibling get_next_sibling get_parent get_prev_sibling get_root "
            "get_root_nodes get_siblings get_tree is_child_of is_descendant_of is_leaf is_root "
            "is_sibling_of load_bulk move node_order_by numconv_obj numconv_obj_ steplen "
        ),
        "treebeard.ns_tree.NS_Node": (
            "MOVENODE_FORM_EXCLUDED_FIELDS TREEBEARD_IDENTIFYING_FIELD add_child add_root "
            "add_sibling dump_bulk find_problems fix_tree get_ancestors get_annotated_list "
            "get_annotated_list_qs get_children get_children_count get_depth get_descendant_count "
            "get_descendants get_descendants_group_count get_first_child get_first_root_node "
            "get_first_sibling get_last_child get_last_root_node get_last_sibling "
            "get_next_sibling get_parent get_prev_sibling get_root get_root_nodes get_siblings "
            "get_tree is_child_of is_descendant_of is_leaf is_root is_sibling_of load_bulk move "
            "node_order_by "
        ),
        "wagtail.contrib.forms.models.AbstractEmailForm": (
            "DEFAULT_PREVIEW_MODES DEFAULT_PREVIEW_SIZES MOVENODE_FORM_EXCLUDED_FIELDS "
            "PERMISSION_CODENAMES TREEBEARD_IDENTIFYING_FIELD add_child add_root add_sibling "
            "admin_default_ordering ajax_template aliases allowed_http_method_names "
            "allowed_http_methods allowed_parent_page_models allowed_subpage_models alphabet "
            "approved_schedule base_form_class base_page_model cache_key cached_content_type "
            "can_create_at can_exist_under can_move_to check_request_method "
            "clean_parent_page_models clean_subpage_models content_panels context_object_name "
            "copy copy_all_child_relations copy_child_relation copy_cluster copy_for_translation "
            "creatable_subpage_models create_alias current_workflow_state current_workflow_task "
            "current_workflow_task_state default_exclude_fields_in_copy default_preview_mode "
            "default_preview_size dump_bulk exclude_fields_in_copy find_for_request find_problems "
            "fix_tree form_builder formsubmission formsubmission_set from_json "
            "from_serializable_data full_url get_admin_default_ordering get_admin_display_title "
            "get_ancestors get_annotated_list get_annotated_list_qs "
            "get_autocomplete_search_fields get_base_content_type get_base_page "
            "get_cache_key_components get_cached_paths get_children get_children_count "
            "get_content_type get_context get_data_fields get_database_vendor get_default_locale "
            "get_default_privacy_setting get_default_workflow get_depth get_descendant_count "
            "get_descendants get_descendants_group_count get_edit_handler "
            "get_filterable_search_fields get_first_child get_first_root_node get_first_sibling "
            "get_foreign_keys get_form get_form_class get_form_fields get_form_parameters "
            "get_full_url get_indexed_instance get_indexed_objects get_landing_page_template "
            "get_last_child get_last_root_node get_last_sibling get_latest_revision "
            "get_latest_revision_as_object get_lock get_next_sibling get_next_siblings "
            "get_page_description get_parent get_prev_sibling get_prev_siblings "
            "get_preview_context get_preview_template get_root get_root_nodes get_route_paths "
            "get_scheduled_revision_as_object get_search_fields get_searchable_search_fields "
            "get_siblings get_site get_sitemap_urls get_sorted_pos_queryset get_specific "
            "get_streamfield_names get_submission_class get_submissions "
            "get_submissions_list_view_class get_template get_translation get_translation_model "
            "get_translation_or_none get_translations get_tree get_url get_url_parts "
            "get_verbose_name get_view_restrictions get_workflow group_permissions "
            "handle_options_request has_translation has_unpublished_subtree has_workflow "
            "index_entries indexed_get_content_type indexed_get_parent "
            "indexed_get_toplevel_content_type is_child_of is_creatable is_descendant_of is_leaf "
            "is_navigable is_previewable is_root is_sibling_of is_site_root load_bulk localized "
            "localized_draft made0 made17 make_preview_request max_count max_count_per_parent "
            "minimal_clean move natural_key node_order_by numconv_obj numconv_obj_ page_ptr "
            "page_ptr_id page_type_display_name password_required_template permission_codenames "
            "permission_types permissions_for_user preview_modes preview_sizes "
            "private_page_options process_form_submission promote_panels publish redirect "
            "redirect_set relative_url render_email render_landing_page revisions route "
            "route_for_request save_revision scheduled_revision search_fields searchpromotion "
            "searchpromotion_set send_mail serializable_data serve "
            "serve_password_required_response serve_preview serve_submissions_list_view "
            "set_url_path settings_panels show_in_menus_default sites_rooted_here specific "
            "specific_class specific_deferred status_string steplen submissions_list_view_class "
            "subscribers template to_json tree_model unpublish update_aliases url "
            "view_restrictions wagtail_admin_comments with_content_json workflow_in_progress "
            "workflow_states workflowpage "
        ),
        "wagtail.contrib.forms.models.AbstractForm": (
            "DEFAULT_PREVIEW_MODES DEFAULT_PREVIEW_SIZES MOVENODE_FORM_EXCLUDED_FIELDS "
            "PERMISSION_CODENAMES TREEBEARD_IDENTIFYING_FIELD add_child add_root add_sibling "
            "admin_default_ordering ajax_template aliases allowed_http_method_names "
            "allowed_http_methods allowed_parent_page_models allowed_subpage_models alphabet "
            "approved_schedule base_form_class base_page_model cache_key cached_content_type "
            "can_create_at can_exist_under can_move_to check_request_method "
            "clean_parent_page_models clean_subpage_models content_panels context_object_name "
            "copy copy_all_child_relations copy_child_relation copy_cluster copy_for_translation "
            "creatable_subpage_models create_alias current_workflow_state current_workflow_task "
            "current_workflow_task_state default_exclude_fields_in_copy default_preview_mode "
            "default_preview_size dump_bulk exclude_fields_in_copy find_for_request find_problems "
            "fix_tree form_builder formsubmission formsubmission_set from_json "
            "from_serializable_data full_url get_admin_default_ordering get_admin_display_title "
            "get_ancestors get_annotated_list get_annotated_list_qs "
            "get_autocomplete_search_fields get_base_content_type get_base_page "
            "get_cache_key_components get_cached_paths get_children get_children_count "
            "get_content_type get_context get_data_fields get_database_vendor get_default_locale "
            "get_default_privacy_setting get_default_workflow get_depth get_descendant_count "
            "get_descendants get_descendants_group_count get_edit_handler "
            "get_filterable_search_fields get_first_child get_first_root_node get_first_sibling "
            "get_foreign_keys get_form get_form_class get_form_fields get_form_parameters "
            "get_full_url get_indexed_instance get_indexed_objects get_landing_page_template "
            "get_last_child get_last_root_node get_last_sibling get_latest_revision "
            "get_latest_revision_as_object get_lock get_next_sibling get_next_siblings "
            "get_page_description get_parent get_prev_sibling get_prev_siblings "
            "get_preview_context get_preview_template get_root get_root_nodes get_route_paths "
            "get_scheduled_revision_as_object get_search_fields get_searchable_search_fields "
            "get_siblings get_site get_sitemap_urls get_sorted_pos_queryset get_specific "
            "get_streamfield_names get_submission_class get_submissions "
            "get_submissions_list_view_class get_template get_translation get_translation_model "
            "get_translation_or_none get_translations get_tree get_url get_url_parts "
            "get_verbose_name get_view_restrictions get_workflow group_permissions "
            "handle_options_request has_translation has_unpublished_subtree has_workflow "
            "index_entries indexed_get_content_type indexed_get_parent "
            "indexed_get_toplevel_content_type is_child_of is_creatable is_descendant_of is_leaf "
            "is_navigable is_previewable is_root is_sibling_of is_site_root load_bulk localized "
            "localized_draft made0 make_preview_request max_count max_count_per_parent "
            "minimal_clean move natural_key node_order_by numconv_obj numconv_obj_ page_ptr "
            "page_ptr_id page_type_display_name password_required_template permission_codenames "
            "permission_types permissions_for_user preview_modes preview_sizes "
            "private_page_options process_form_submission promote_panels publish redirect "
            "redirect_set relative_url render_landing_page revisions route route_for_request "
            "save_revision scheduled_revision search_fields searchpromotion searchpromotion_set "
            "serializable_data serve serve_password_required_response serve_preview "
            "serve_submissions_list_view set_url_path settings_panels show_in_menus_default "
            "sites_rooted_here specific specific_class specific_deferred status_string steplen "
            "submissions_list_view_class subscribers template to_json tree_model unpublish "
            "update_aliases url view_restrictions wagtail_admin_comments with_content_json "
            "workflow_in_progress workflow_states workflowpage "
        ),
        "wagtail.contrib.forms.models.AbstractFormField": (
            "api_fields get_field_clean_name get_field_type_display panels sort_order_field "
        ),
        "wagtail.contrib.forms.models.AbstractFormSubmission": (
            "get_data get_next_by_submit_time get_previous_by_submit_time "
        ),
        "wagtail.contrib.forms.models.FormMixin": (
            "base_form_class form_builder get_data_fields get_form get_form_class get_form_fields "
            "get_form_parameters get_landing_page_template get_preview_context "
            "get_submission_class get_submissions get_submissions_list_view_class preview_modes "
            "process_form_submission render_landing_page serve serve_preview "
            "serve_submissions_list_view submissions_list_view_class "
        ),
        "wagtail.contrib.routable_page.models.RoutablePageMixin": (
            "get_resolver get_subpage_urls index_route render resolve_subpage reverse_subpage "
            "route serve serve_preview "
        ),
        "wagtail.contrib.settings.models.BaseGenericSetting": (
            "base_queryset get_cache_attr_name get_page_url get_permission_policy load page_url "
            "select_related "
        ),
        "wagtail.contrib.settings.models.BaseSiteSetting": (
            "base_queryset for_request for_site get_cache_attr_name get_page_url "
            "get_permission_policy page_url select_related "
        ),
        "wagtail.documents.models.AbstractDocument": (
            "content_disposition content_type file_extension filename "
            "get_autocomplete_search_fields get_file_hash get_file_size "
            "get_filterable_search_fields get_indexed_instance get_indexed_objects "
            "get_next_by_created_at get_previous_by_created_at get_search_fields "
            "get_searchable_search_fields get_usage indexed_get_content_type indexed_get_parent "
            "indexed_get_toplevel_content_type is_editable_by_user is_stored_locally open_file "
            "search_fields tagged_items url usage_url "
        ),
        "wagtail.images.models.AbstractImage": (
            "clean_filter_for_svg create_rendition create_renditions default_alt_text filename "
            "find_existing_rendition find_existing_renditions generate_rendition_file "
            "generate_rendition_instance get_autocomplete_search_fields get_file_hash "
            "get_file_size get_filterable_search_fields get_focal_point get_indexed_instance "
            "get_indexed_objects get_next_by_created_at get_previous_by_created_at get_rect "
            "get_rendition get_rendition_model get_renditions get_search_fields "
            "get_searchable_search_fields get_suggested_focal_point get_upload_to get_usage "
            "get_willow_image has_focal_point indexed_get_content_type indexed_get_parent "
            "indexed_get_toplevel_content_type is_editable_by_user is_landscape is_portrait "
            "is_stored_locally is_svg open_file search_fields set_focal_point tagged_items "
            "usage_url "
        ),
        "wagtail.images.models.AbstractRendition": (
            "alt attrs attrs_dict background_position_style background_position_x "
            "background_position_y cache_backend construct_cache_key filter focal_point full_url "
            "get_cache_key get_file_size get_upload_to get_willow_image img_tag is_stored_locally "
            "open_file purge_from_cache url wagtail_reference_index_ignore "
        ),
        "wagtail.models.BootstrapTranslatableMixin": (
            "copy_for_translation get_default_locale get_translation get_translation_model "
            "get_translation_or_none get_translations has_translation localized localized_draft "
        ),
        "wagtail.models.CollectionMember": ("search_fields "),
        "wagtail.models.DraftStateMixin": (
            "approved_schedule get_latest_revision_as_object get_lock "
            "get_scheduled_revision_as_object publish scheduled_revision status_string unpublish "
            "with_content_json "
        ),
        "wagtail.models.LockableMixin": ("get_lock with_content_json "),
        "wagtail.models.Orderable": ("sort_order_field "),
        "wagtail.models.Page": (
            "DEFAULT_PREVIEW_MODES DEFAULT_PREVIEW_SIZES MOVENODE_FORM_EXCLUDED_FIELDS "
            "PERMISSION_CODENAMES TREEBEARD_IDENTIFYING_FIELD add_child add_root add_sibling "
            "admin_default_ordering ajax_template aliases allowed_http_method_names "
            "allowed_http_methods allowed_parent_page_models allowed_subpage_models alphabet "
            "approved_schedule base_form_class base_page_model cache_key cached_content_type "
            "can_create_at can_exist_under can_move_to check_request_method "
            "clean_parent_page_models clean_subpage_models content_panels context_object_name "
            "copy copy_all_child_relations copy_child_relation copy_cluster copy_for_translation "
            "creatable_subpage_models create_alias current_workflow_state current_workflow_task "
            "current_workflow_task_state default_exclude_fields_in_copy default_preview_mode "
            "default_preview_size dump_bulk exclude_fields_in_copy find_for_request find_problems "
            "fix_tree formsubmission formsubmission_set from_json from_serializable_data full_url "
            "get_admin_default_ordering get_admin_display_title get_ancestors get_annotated_list "
            "get_annotated_list_qs get_autocomplete_search_fields get_base_content_type "
            "get_base_page get_cache_key_components get_cached_paths get_children "
            "get_children_count get_content_type get_context get_database_vendor "
            "get_default_locale get_default_privacy_setting get_default_workflow get_depth "
            "get_descendant_count get_descendants get_descendants_group_count get_edit_handler "
            "get_filterable_search_fields get_first_child get_first_root_node get_first_sibling "
            "get_foreign_keys get_full_url get_indexed_instance get_indexed_objects "
            "get_last_child get_last_root_node get_last_sibling get_latest_revision "
            "get_latest_revision_as_object get_lock get_next_sibling get_next_siblings "
            "get_page_description get_parent get_prev_sibling get_prev_siblings "
            "get_preview_context get_preview_template get_root get_root_nodes get_route_paths "
            "get_scheduled_revision_as_object get_search_fields get_searchable_search_fields "
            "get_siblings get_site get_sitemap_urls get_sorted_pos_queryset get_specific "
            "get_streamfield_names get_template get_translation get_translation_model "
            "get_translation_or_none get_translations get_tree get_url get_url_parts "
            "get_verbose_name get_view_restrictions get_workflow group_permissions "
            "handle_options_request has_translation has_unpublished_subtree has_workflow "
            "index_entries indexed_get_content_type indexed_get_parent "
            "indexed_get_toplevel_content_type is_child_of is_creatable is_descendant_of is_leaf "
            "is_navigable is_previewable is_root is_sibling_of is_site_root load_bulk localized "
            "localized_draft make_preview_request max_count max_count_per_parent minimal_clean "
            "move natural_key node_order_by numconv_obj numconv_obj_ page_ptr page_ptr_id "
            "page_type_display_name password_required_template permission_codenames "
            "permission_types permissions_for_user preview_modes preview_sizes "
            "private_page_options promote_panels publish redirect redirect_set relative_url "
            "revisions route route_for_request save_revision scheduled_revision search_fields "
            "searchpromotion searchpromotion_set serializable_data serve "
            "serve_password_required_response serve_preview set_url_path settings_panels "
            "show_in_menus_default sites_rooted_here specific specific_class specific_deferred "
            "status_string steplen subscribers template to_json tree_model unpublish "
            "update_aliases url view_restrictions wagtail_admin_comments with_content_json "
            "workflow_in_progress workflow_states workflowpage "
        ),
        "wagtail.models.PreviewableMixin": (
            "DEFAULT_PREVIEW_MODES DEFAULT_PREVIEW_SIZES default_preview_mode "
            "default_preview_size full_url get_full_url get_preview_context get_preview_template "
            "is_previewable make_preview_request preview_modes preview_sizes serve_preview "
        ),
        "wagtail.models.RevisionMixin": (
            "default_exclude_fields_in_copy from_serializable_data get_base_content_type "
            "get_content_type get_latest_revision get_latest_revision_as_object revisions "
            "save_revision serializable_data with_content_json "
        ),
        "wagtail.models.TranslatableMixin": (
            "copy_for_translation get_default_locale get_translation get_translation_model "
            "get_translation_or_none get_translations has_translation localized localized_draft "
        ),
        "wagtail.models.WorkflowMixin": (
            "current_workflow_state current_workflow_task current_workflow_task_state "
            "get_default_workflow get_lock get_workflow has_workflow status_string "
            "workflow_in_progress workflow_states "
        ),
        "wagtail.search.index.Indexed": (
            "get_autocomplete_search_fields get_filterable_search_fields get_indexed_instance "
            "get_indexed_objects get_search_fields get_searchable_search_fields "
            "indexed_get_content_type indexed_get_parent indexed_get_toplevel_content_type "
            "search_fields "
        ),
    }
)
"""By dotted class, the names of its rows besides its fields and those of any model."""
